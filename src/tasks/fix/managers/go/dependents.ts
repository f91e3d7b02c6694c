/**
 * The dependents of a Go module, from the module graph.
 *
 * Source: the Go Modules Reference, "go mod graph" (two columns, `path@version`, without a version
 * for the main module), "go list -m".
 */

/** Text of `go mod graph`, and of `go list -m all` for the same `go.mod`. */
export interface ModuleGraph {
  readonly graph: string;
  readonly list: string;
}

/**
 * Returns the modules of the build that require a module, each as `path version`, in their order.
 */
export function moduleDependents({ graph, list }: ModuleGraph, name: string): readonly string[] {
  const built = new Set(
    list.split('\n').flatMap((line) => {
      const [path = '', version] = line.trim().split(' ');
      return version === undefined ? [] : [`${path}@${version}`];
    }),
  );
  const found = graph.split('\n').flatMap((line) => {
    const [from = '', to = ''] = line.trim().split(' ');
    return to.startsWith(`${name}@`) && built.has(from) ? [from.replace('@', ' ')] : [];
  });
  return [...new Set(found)].sort();
}
