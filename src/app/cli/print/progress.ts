/** The progress display: one line on standard error that is written over, and gone at the end. */

import type { ProgressEvent } from '../../../core/base/context.ts';
import { redact } from '../../../core/base/redact.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import type { OutputStream } from '../../../core/base/io.ts';

/** A line that shows the progress of a run. */
export interface ProgressDisplay {
  readonly show: (event: ProgressEvent) => void;
  /** Removes the line, so that something else can be printed; the next event shows it again. */
  readonly clear: () => void;
}

/** Ten times a second is smooth to the eye and costs nothing. */
const INTERVAL_MS = 100;
/** A file that is read for longer is named. */
const SLOW_FILE_MS = 2000;
/**
 * The reader of a file of this size may hold the process so long that no timer fires, so that the
 * file is named at once.
 */
const LARGE_FILE_BYTES = 4 * 1024 * 1024;
const CLEAR_LINE = '\r\u001B[K';

/** Returns a display on `stream`, which must be a terminal. `now` is in milliseconds. */
export function createProgress(stream: OutputStream, now: () => number): ProgressDisplay {
  let phase = '';
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  let file: FileEvent | undefined;
  let timer: NodeJS.Timeout | undefined;
  const print = (text: string): void => {
    shownAt = now();
    isShown = true;
    const line = stripControl(redact(text));
    stream.write(CLEAR_LINE + cutLine(line, Math.max((stream.columns ?? 80) - 1, 0)));
  };
  const nameFile = (): void => {
    if (file !== undefined) print(joined(phase, `${file.path}  ${formatBytes(file.sizeBytes)}`));
  };
  const startFile = (event: FileEvent): void => {
    file = event;
    if (event.sizeBytes >= LARGE_FILE_BYTES) nameFile();
    // One timer serves all files: most are read in less than a millisecond.
    timer ??= setInterval(() => {
      if (file !== undefined && now() - shownAt >= SLOW_FILE_MS) nameFile();
    }, SLOW_FILE_MS / 4).unref();
  };
  return {
    show: (event) => {
      switch (event.kind) {
        case 'file':
          startFile(event);
          return;
        case 'fileDone':
          // Layers are read side by side.
          if (file?.path === event.path) file = undefined;
          return;
        case 'phase':
          phase = event.name;
          print(`${phase} ...`);
          return;
        case 'bytes':
          if (now() - shownAt >= INTERVAL_MS) print(bytesLine(phase, event));
      }
    },
    clear: () => {
      if (isShown) stream.write(CLEAR_LINE);
      isShown = false;
    },
  };
}

type FileEvent = Extract<ProgressEvent, { kind: 'file' }>;

function bytesLine(phase: string, event: Extract<ProgressEvent, { kind: 'bytes' }>): string {
  const done = formatBytes(event.doneBytes);
  const total = event.totalBytes === undefined ? '' : ` of ${formatBytes(event.totalBytes)}`;
  return joined(phase, `${event.what}  ${done}${total}`);
}

function joined(phase: string, text: string): string {
  return phase === '' ? text : `${phase}  ${text}`;
}

/**
 * Wide characters take two columns: a line that is not plain is cut to half, so that it is never
 * broken.
 */
function cutLine(line: string, columns: number): string {
  if (line.length <= columns && PLAIN.test(line)) return line;
  const cut = line.slice(0, columns);
  if (PLAIN.test(cut)) return cut;
  return cut.slice(0, Math.floor(columns / 2)).replace(/[\ud800-\udbff]$/, '');
}

/** Each unit takes one column of every terminal. */
const PLAIN = /^[ -~\uFFFD]*$/;

/** Formats a size, as in `12.3 MB`; powers of ten, as registries and disks count. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (value < 1000) return `${unit === 'B' ? value : value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${value.toFixed(1)} TB`;
}
