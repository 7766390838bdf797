import { renderPlugin } from '@eloquence/create-plugin';
import { formatFiles, joinPathFragments, updateJson } from '@nx/devkit';

/**
 * Writes a plugin into `packages/`: what `npm create @eloquence/plugin` writes, with the workspace's tools and versions,
 * known to its solution, and with a changeset.
 *
 * @param {import('@nx/devkit').Tree} tree
 * @param {{ name: string, kind: string, id?: string }} options
 */
export default async function generatePlugin(tree, { name, kind, id }) {
  const packageName = name.startsWith('@') ? name : `@eloquence/${name}`;
  const { folder, files, changeset } = renderPlugin({
    name: packageName,
    kind,
    layout: 'workspace',
    year: new Date().getFullYear(),
    ...(id === undefined ? {} : { id }),
  });
  const root = joinPathFragments('packages', folder);
  if (tree.exists(joinPathFragments(root, 'package.json')))
    throw new Error(`There is a package in ${root} already.`);
  for (const [path, content] of files) tree.write(joinPathFragments(root, path), content);
  const licence = tree.read('LICENSE');
  if (licence !== null) tree.write(joinPathFragments(root, 'LICENSE'), licence);
  if (changeset !== undefined) tree.write(`.changeset/new-${folder}.md`, changeset);
  updateJson(tree, 'tsconfig.json', (solution) => ({
    ...solution,
    references: [...solution.references, { path: `./${root}` }],
  }));
  await formatFiles(tree);
  return () => {
    process.stdout.write(
      `\n${packageName} is in ${root}. Its size budget goes into tools/workspace/publishing/size-budgets.json;\n` +
        `for the lock file, and before others depend on it, run npm install.\n`,
    );
  };
}
