/**
 * The process that renders one template; `template-process.ts` starts it and ends it where it does
 * not end by itself. Standard input has a job as a line of JSON, and then the report as JSON.
 * Standard output gets what the template writes, standard error the outcome without the text, as a
 * line of JSON.
 */

import { Worker } from 'node:worker_threads';

import { cpuMessage } from '../../../scan/report/template/failure.ts';
import type { TemplateJob, TemplateOutcome } from '../../../scan/report/template/job.ts';
import { renderTemplate } from '../../../scan/report/template/engine.ts';

/**
 * Ends the process when rendering takes twice the processor time that is allowed, which liquidjs
 * did not notice then. A thread has timers while another one is busy.
 */
const WATCH = `
const { writeSync } = require('node:fs');
const { maxMs, last } = require('node:worker_threads').workerData;
setInterval(() => {
  const { user, system } = process.cpuUsage();
  if ((user + system) / 1000 < maxMs) return;
  writeSync(2, last);
  process.kill(process.pid, 'SIGKILL');
}, 100);
`;

void run();

async function run(): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Buffer);
  const outcome = rendered(Buffer.concat(pieces.splice(0)));
  if (outcome.isRendered) process.stdout.write(outcome.text);
  const rest = outcome.isRendered ? { isRendered: true, notes: outcome.notes } : outcome;
  process.stderr.write(`${JSON.stringify(rest)}\n`);
}

function rendered(input: Buffer): TemplateOutcome {
  const end = input.indexOf('\n');
  const job = JSON.parse(input.toString('utf8', 0, end)) as TemplateJob;
  watch(job.limits);
  let data: unknown;
  try {
    // No variable holds the text, which takes as much memory as its objects.
    data = JSON.parse(input.toString('utf8', end + 1));
  } catch {
    // The JSON is Assay's own, so that only its length is a reason.
    return { isRendered: false, failure: { message: 'the report is too large for a template' } };
  }
  return renderTemplate(job, data);
}

function watch({ cpuMs }: TemplateJob['limits']): void {
  const failure = { message: cpuMessage(cpuMs) };
  const last = `\n${JSON.stringify({ isRendered: false, failure })}\n`;
  new Worker(WATCH, { eval: true, workerData: { maxMs: 2 * cpuMs, last } }).unref();
}
