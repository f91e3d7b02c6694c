/** A few jobs at a time. */

/**
 * Runs `job` on each item in order, at most `width` at once. The first failure stops the taking of
 * further items and is thrown once the running ones have ended.
 */
export async function inParallel<Item>(
  width: number,
  items: readonly Item[],
  job: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (failure !== undefined) return;
      try {
        await job(item);
      } catch (error) {
        failure ??= { error };
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  if (failure !== undefined) throw failure.error;
}
