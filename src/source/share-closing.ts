/** Closing what several artifacts read from. */

/** Gives each of `count` artifacts its own way to close; the last one does, and each counts once. */
export function shareClosing(
  files: { close(): Promise<void> },
  count: number,
): () => () => Promise<void> {
  let openCount = count;
  return () => {
    let isOpen = true;
    return async () => {
      if (!isOpen) return;
      isOpen = false;
      if (--openCount === 0) await files.close();
    };
  };
}
