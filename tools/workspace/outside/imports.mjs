// Runs in an application outside of the workspace: imports each module whose name is an argument, and prints those that
// fail, with the reason, as JSON.
const failures = [];
for (const name of process.argv.slice(2)) {
  try {
    await import(name);
  } catch (error) {
    failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.stdout.write(`${JSON.stringify({ failures })}\n`);
// A module that keeps the process alive would be a fault, and another check's.
process.exit(0);
