/**
 * Renders a stored report once, in a process of its own: node render-report.mjs FORMAT REPORT
 * Prints the CPU time of rendering in ms, and how far the peak of memory has risen meanwhile in MiB.
 */

import { readFileSync } from 'node:fs';
import { decodeReport } from '../dist/lib/model/index.js';
import { renderReport } from '../dist/lib/report/index.js';

const [format = 'json', file = ''] = process.argv.slice(2);
const report = decodeReport(JSON.parse(readFileSync(file, 'utf8')));
globalThis.gc?.();
const before = process.resourceUsage().maxRSS;
const start = process.cpuUsage();
let length = 0;
for await (const piece of renderReport(report, format)) length += Buffer.byteLength(piece);
const { user, system } = process.cpuUsage(start);
const risenMib = (process.resourceUsage().maxRSS - before) / 1024;
process.stdout.write(
  JSON.stringify({ cpuMs: (user + system) / 1000, risenMib, writtenMib: length / 1024 / 1024 }),
);
