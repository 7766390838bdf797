import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** Packages whose every export is a promise to strangers. */
const PACKAGES = ['packages/plugin-api', 'packages/streamer', 'packages/player'];

/** Endings by which a number says what it counts, or in which unit. */
const UNIT = /(Ms|Hz|Bps|Bytes|PerSecond|Percent|Db|Samples|Packets|Frames|Chars|Count|Index|Id|Port)$/;
/** Counters such as `stalls` and `framesSent`: what is counted is the name. */
const PLURAL = /^([a-z]+([A-Z][a-z]+)*s|[a-z]+s[A-Z]\w*)$/;
/** Texts whose name says what stands in them. */
const TEXT =
  /(^id|Id|[nN]ame|label|message|text|reason|hint|url|path|kind|code|version|description|summary)$/;

/**
 * Each export has a docstring, and so has each member of an exported shape whose unit or shape its name does not tell.
 *
 * @param {string} root
 * @returns {{ rule: string, problems: string[] }}
 */
export function checkDocstrings(root) {
  return {
    rule: 'exports of the public packages, and their members, say what they are',
    problems: PACKAGES.flatMap((folder) => findUndocumented(root, join(folder, 'src/index.ts'))),
  };
}

/**
 * @param {string} root
 * @param {string} index path of the package's entry
 * @returns {string[]}
 */
export function findUndocumented(root, index) {
  /** @type {string[]} */
  const problems = [];
  for (const statement of parse(root, index).statements) {
    if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) continue;
    const from = statement.moduleSpecifier;
    // What comes from another package is documented there.
    if (from === undefined || !ts.isStringLiteral(from) || !from.text.startsWith('.')) continue;
    if (!ts.isNamedExports(statement.exportClause)) continue;
    const file = join(dirname(index), from.text.replace(/\.js$/, '.ts'));
    const source = parse(root, file);
    for (const { name, propertyName } of statement.exportClause.elements) {
      const wanted = (propertyName ?? name).text;
      const declarations = source.statements.filter((one) => namesOf(one).includes(wanted));
      problems.push(...undocumentedOf(declarations, source, wanted).map((text) => `${file}: ${text}`));
    }
  }
  return problems;
}

/** @param {string} root @param {string} file */
function parse(root, file) {
  return ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
}

/** @param {ts.Statement} statement @returns {string[]} */
function namesOf(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const name = /** @type {{ name?: ts.Identifier }} */ (/** @type {unknown} */ (statement)).name;
  return name === undefined ? [] : [name.text];
}

/**
 * @param {readonly ts.Statement[]} declarations of one name: an interface and its token may be two
 * @param {ts.SourceFile} source
 * @param {string} name
 */
function undocumentedOf(declarations, source, name) {
  const problems = declarations.some((one) => hasDocstring(one, source))
    ? []
    : [`'${name}' has no docstring`];
  for (const declaration of declarations) {
    for (const member of membersOf(declaration)) {
      if (!needsDocstring(member) || hasDocstring(member, source)) continue;
      problems.push(`'${name}.${member.name?.getText() ?? 'new'}' has no docstring`);
    }
  }
  return problems;
}

/** @param {ts.Statement} declaration @returns {readonly (ts.TypeElement | ts.ClassElement)[]} */
function membersOf(declaration) {
  if (ts.isInterfaceDeclaration(declaration)) return declaration.members;
  if (ts.isTypeAliasDeclaration(declaration) && ts.isTypeLiteralNode(declaration.type))
    return declaration.type.members;
  if (!ts.isClassDeclaration(declaration)) return [];
  return declaration.members.filter(
    (member) =>
      member.name !== undefined &&
      !ts.isPrivateIdentifier(member.name) &&
      (ts.getCombinedModifierFlags(/** @type {ts.Declaration} */ (member)) & ts.ModifierFlags.Private) === 0,
  );
}

/** @param {ts.TypeElement | ts.ClassElement} member */
function needsDocstring(member) {
  const name = member.name?.getText() ?? '';
  if (name === 'dispose' || name === 'toJSON' || name === '$type') return false;
  if (ts.isMethodSignature(member) || ts.isMethodDeclaration(member)) return true;
  const type = /** @type {{ type?: ts.TypeNode }} */ (/** @type {unknown} */ (member)).type;
  return type !== undefined && !saysItself(name, type);
}

/** @param {string} name @param {ts.TypeNode} type @returns {boolean} */
function saysItself(name, type) {
  if (ts.isUnionTypeNode(type))
    return type.types
      .filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword)
      .every((part) => saysItself(name, part));
  switch (type.kind) {
    case ts.SyntaxKind.NumberKeyword:
      return UNIT.test(name) || PLURAL.test(name);
    case ts.SyntaxKind.StringKeyword:
      return TEXT.test(name);
    case ts.SyntaxKind.BooleanKeyword:
      return /^(is|has|can|takes|ends|was)[A-Z]/.test(name);
    case ts.SyntaxKind.TypeReference:
      // The type's own docstring says it, unless it only holds others.
      return !/^(Readonly|ReadonlyMap|Map|Record|Partial|ReadonlyArray|Promise)</.test(type.getText());
    case ts.SyntaxKind.LiteralType:
      return true;
    default:
      return false;
  }
}

/** @param {ts.Node} node @param {ts.SourceFile} source */
function hasDocstring(node, source) {
  const comments = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? [];
  return comments.some(({ pos }) => source.text.startsWith('/**', pos));
}
