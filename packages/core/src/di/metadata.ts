// A module of its own: bundlers that wrap CommonJS call it from here, which is before tsyringe is evaluated.
import 'reflect-metadata';
