/** The progress display: one line on standard error that is written over, and gone at the end. */

import type { ProgressEvent } from '../base/context.ts';
import { redact } from '../base/redact.ts';
import { stripControl } from '../base/strip-control.ts';
import type { OutputStream } from './command.ts';

export interface ProgressDisplay {
  readonly show: (event: ProgressEvent) => void;
  /** Removes the line, so that something else can be printed; the next event shows it again. */
  readonly clear: () => void;
}

/** Ten times a second is smooth to the eye and costs nothing. */
const INTERVAL_MS = 100;
const CLEAR_LINE = '\r\u001B[K';

export const NO_PROGRESS: ProgressDisplay = {
  show: () => undefined,
  clear: () => undefined,
};

/** A display on `stream`, which must be a terminal. `now` is in milliseconds. */
export function createProgress(stream: OutputStream, now: () => number): ProgressDisplay {
  let phase = '';
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show: (event) => {
      if (event.kind === 'phase') phase = event.name;
      else if (now() - shownAt < INTERVAL_MS) return;
      shownAt = now();
      isShown = true;
      const line = stripControl(redact(progressLine(phase, event)));
      stream.write(CLEAR_LINE + line.slice(0, Math.max((stream.columns ?? 80) - 1, 0)));
    },
    clear: () => {
      if (isShown) stream.write(CLEAR_LINE);
      isShown = false;
    },
  };
}

function progressLine(phase: string, event: ProgressEvent): string {
  if (event.kind === 'phase') return `${phase} ...`;
  const start = phase === '' ? event.what : `${phase}  ${event.what}`;
  const done = formatBytes(event.doneBytes);
  return event.totalBytes === undefined
    ? `${start}  ${done}`
    : `${start}  ${done} of ${formatBytes(event.totalBytes)}`;
}

/** As in `12.3 MB`; powers of ten, as registries and disks count. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (value < 1000) return `${unit === 'B' ? value : value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${value.toFixed(1)} TB`;
}
