/** The streams and surroundings of a command. */

/** The environment and the output streams of a command; tests supply their own. */
export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute; relative paths that the user types are resolved against it. */
  readonly cwd: string;
  /** Ends the command, as SIGTERM does. Absent: nothing but signals of the process does. */
  readonly signal?: AbortSignal;
}

/** The part of a writable stream that commands use. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done?: (error?: Error | null) => void): boolean;
}
