/** For each plugin the names of the plugins that it needs. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/**
 * The shortest way from `start` along its dependencies back to itself, both ends included; `undefined` if it needs
 * itself on no way. Among equally short ways the one that comes first in alphabetical order.
 */
export function findCycle(graph: DependencyGraph, start: string): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  let frontier = [start];
  while (frontier.length > 0) {
    const next: string[] = [];
    for (const node of frontier) {
      for (const needed of [...(graph.get(node) ?? [])].sort()) {
        if (needed === start) return wayTo(node, start, cameFrom);
        if (cameFrom.has(needed)) continue;
        cameFrom.set(needed, node);
        next.push(needed);
      }
    }
    frontier = next;
  }
  return undefined;
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const way = [start];
  for (let node = end; node !== start; node = cameFrom.get(node)!) way.unshift(node);
  return [start, ...way];
}
