/**
 * Counts the bytes of file bodies that are in memory, for an artifact and for each of its layers.
 *
 * The limit of an artifact is soft. Bodies beyond it go to the temporary file of their layer, or
 * stay in memory where that file takes no more, because a body that is not read would hide its
 * packages. The limit of a layer is hard: a body beyond it is a gap.
 */
export class MemoryBudget {
  /** The budget of the artifact, which is this one unless it is that of a layer. */
  readonly artifact: MemoryBudget;
  readonly #maxBytes: number;
  #usedBytes = 0;

  /**
   * Creates the budget of an artifact, or of a layer of `artifact`, which counts the bytes of its
   * layers too.
   */
  constructor(maxBytes: number, artifact?: MemoryBudget) {
    this.#maxBytes = maxBytes;
    this.artifact = artifact ?? this;
  }

  hasRoomFor(bytes: number): boolean {
    return this.#usedBytes + bytes <= this.#maxBytes;
  }

  /** Counts bytes, also beyond the limit. */
  take(bytes: number): void {
    this.#usedBytes += bytes;
    if (this.artifact !== this) this.artifact.take(bytes);
  }

  giveBack(bytes: number): void {
    this.take(-bytes);
  }

  /** Gives back all bytes of a layer. */
  giveBackAll(): void {
    this.giveBack(this.#usedBytes);
  }
}
