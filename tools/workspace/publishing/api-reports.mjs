import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { ROOT } from '../lib/workspace.mjs';

/** Findings that the reports need not carry: everything exported here is public, and reports are read by people. */
const SILENT = { default: { logLevel: 'none', addToApiReportFile: false } };

/**
 * The public interface of a package's entry points, as text.
 *
 * @param {import('../lib/workspace.mjs').Project} project
 * @returns {Map<string, string>} reports by file name
 */
export function renderApiReports({ folder, manifest }) {
  /** @type {Map<string, string>} */
  const reports = new Map();
  for (const [entry, types] of entryPoints(manifest)) {
    const declarations = join(ROOT, folder, types);
    if (!existsSync(declarations)) throw new Error(`${folder}/${types} is missing: build first`);
    const suffix = entry === '.' ? '' : `-${entry.slice(2).replaceAll('/', '-')}`;
    const name = `${basename(folder)}${suffix}.api.md`;
    reports.set(name, renderReport(folder, declarations, name));
  }
  return reports;
}

/**
 * @param {readonly import('../lib/workspace.mjs').Project[]} projects
 * @param {{ isUpdate: boolean }} options with `isUpdate`, reports that differ are written
 * @returns {string[]} what differs
 */
export function compareApiReports(projects, { isUpdate }) {
  return projects.flatMap((project) =>
    [...renderApiReports(project)].flatMap(([name, report]) => {
      const path = join(ROOT, project.folder, 'etc', name);
      if (existsSync(path) && readFileSync(path, 'utf8') === report) return [];
      if (isUpdate) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, report);
      }
      return [`${project.folder}/etc/${name}`];
    }),
  );
}

/** @param {Record<string, any>} manifest @returns {[string, string][]} entry points that have types, but for plugins */
function entryPoints(manifest) {
  return Object.entries(manifest['exports'] ?? {}).flatMap(([entry, target]) =>
    typeof target?.types === 'string' && entry !== './plugin' ? [[entry, target.types]] : [],
  );
}

/** @param {string} folder @param {string} declarations @param {string} name */
function renderReport(folder, declarations, name) {
  const work = mkdtempSync(join(tmpdir(), 'api-report-'));
  try {
    const config = ExtractorConfig.prepare({
      configObjectFullPath: join(work, 'api-extractor.json'),
      packageJsonFullPath: join(ROOT, folder, 'package.json'),
      configObject: {
        projectFolder: join(ROOT, folder),
        mainEntryPointFilePath: declarations,
        compiler: {
          overrideTsconfig: {
            compilerOptions: {
              target: 'ES2022',
              lib: ['ES2023', 'DOM'],
              module: 'NodeNext',
              moduleResolution: 'NodeNext',
              types: ['node'],
              strict: true,
              skipLibCheck: true,
            },
            files: [declarations],
          },
        },
        apiReport: {
          enabled: true,
          reportFileName: name,
          reportFolder: join(work, 'etc'),
          reportTempFolder: join(work, 'temp'),
          includeForgottenExports: false,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: /** @type {any} */ ({
          compilerMessageReporting: SILENT,
          extractorMessageReporting: SILENT,
          tsdocMessageReporting: SILENT,
        }),
      },
    });
    mkdirSync(join(work, 'etc'), { recursive: true });
    Extractor.invoke(config, {
      localBuild: true,
      showVerboseMessages: false,
      messageCallback: (message) => {
        message.logLevel = /** @type {any} */ ('none');
      },
    });
    // Line ends and spaces as everywhere in the repository.
    return readFileSync(join(work, 'etc', name), 'utf8')
      .replaceAll('\r\n', '\n')
      .replaceAll(/[ \t]+$/gm, '');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
