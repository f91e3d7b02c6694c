/**
 * Renders a stored report once, in a process of its own: node render-report.mjs FORMAT REPORT
 * [held] Prints the CPU time of rendering in ms, how far the peak of memory has risen meanwhile in
 * MiB, and how much was written. With `held` it prints in place of these how much the heap holds
 * while the report is written, beyond the report itself.
 */

import { readFileSync } from 'node:fs';
import { decodeReport } from '../dist/lib/model.js';
import { renderReport } from '../dist/lib/report/index.js';

const [format = 'json', file = '', mode = ''] = process.argv.slice(2);
const report = decodeReport(JSON.parse(readFileSync(file, 'utf8')));
const figures = mode === 'held' ? await heldMemory() : await cost();
process.stdout.write(JSON.stringify(figures));

async function cost() {
  globalThis.gc?.();
  const before = process.resourceUsage().maxRSS;
  const start = process.cpuUsage();
  let length = 0;
  for await (const piece of renderReport(report, format)) length += Buffer.byteLength(piece);
  const { user, system } = process.cpuUsage(start);
  const risenMib = (process.resourceUsage().maxRSS - before) / 1024;
  return { cpuMs: (user + system) / 1000, risenMib, writtenMib: length / 1024 / 1024 };
}

/** Compares the heap at the first, the second, the fourth ... piece with that after the last. */
async function heldMemory() {
  let largest = 0;
  let count = 0;
  let next = 1;
  const pieces = renderReport(report, format)[Symbol.asyncIterator]();
  while ((await pieces.next()).done !== true) {
    count += 1;
    if (count < next) continue;
    next *= 2;
    largest = Math.max(largest, heapBytes());
  }
  // What the pieces came from is gone by then.
  await new Promise((resolve) => setTimeout(resolve, 10));
  return { heldBytes: Math.max(0, largest - heapBytes()) };
}

function heapBytes() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
