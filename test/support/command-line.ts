/** Runs command lines over a scan that answers at once, and keeps what it was asked. */

import type { UpdatingBaseOptions } from '../../src/advisories/base/types.ts';
import type { Context } from '../../src/core/base/context.ts';
import type { Io } from '../../src/core/base/io.ts';
import type { Session } from '../../src/app/cli/commands/command.ts';
import { scanTargets } from '../../src/app/cli/commands/scan/scan-command.ts';
import { runCommandLine, type LoadCommand } from '../../src/app/cli/shell/run.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { renderTemplate } from '../../src/scan/report/template/engine.ts';
import type { TemplateJob, TemplateOutcome } from '../../src/scan/report/template/job.ts';
import type { runScan, RunRequest } from '../../src/scan/pipeline/index.ts';
import { testReport } from './reports.ts';
import { stream } from './run-here.ts';

export interface Asked {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Absent where nothing was scanned. */
  readonly request?: RunRequest;
  readonly context?: Context;
  readonly advisories?: UpdatingBaseOptions;
}

export interface AskSetup {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly report?: Report;
  /** Standard error is a terminal. */
  readonly isTerminal?: boolean;
  /** In place of the scan that answers at once. */
  readonly scan?: typeof runScan;
  /** In place of the network. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Runs one command line. Scans are answered at once, and templates are rendered in this process.
 */
export async function ask(args: readonly string[], setup: AskSetup): Promise<Asked> {
  let [stdout, stderr] = ['', ''];
  let asked: Pick<Asked, 'request' | 'context' | 'advisories'> = {};
  const io: Io = {
    stdout: stream((text) => (stdout += text)),
    stderr: { ...stream((text) => (stderr += text)), isTTY: setup.isTerminal === true },
    env: setup.env ?? {},
    cwd: setup.cwd,
  };
  const scan: typeof runScan = (request, context) => {
    const { advisories } = request;
    const options = advisories !== undefined && !('open' in advisories) ? advisories : undefined;
    asked = { request, context, ...(options && { advisories: options }) };
    return setup.scan?.(request, context) ?? Promise.resolve(setup.report ?? testReport());
  };
  const change = (session: Session): Session => ({
    ...session,
    ...(setup.fetch && { context: { ...session.context, fetch: setup.fetch } }),
    renderTemplate: renderHere,
  });
  const exitCode = await runCommandLine(args, io, answeredBy(scan, change));
  return { exitCode, stdout, stderr, ...asked };
}

/** Loads commands with another scan, and with another session if `change` is given. */
export function answeredBy(
  scan: typeof runScan,
  change: (session: Session) => Session = (session) => session,
): LoadCommand {
  return async (row) => {
    const module = await row.load();
    if (!('targets' in module)) {
      return { ...module, run: (session) => module.run(change(session)) };
    }
    const { targets, request, before, ...form } = module;
    const command = { targets, ...(request && { request }), ...(before && { before }) };
    return { ...form, run: (session) => scanTargets(change(session), command, scan) };
  };
}

/** Renders a template in this process, by the code that its own process has. */
async function renderHere(job: TemplateJob, data: AsyncIterable<string>): Promise<TemplateOutcome> {
  let text = '';
  for await (const piece of data) text += piece;
  return renderTemplate(job, JSON.parse(text));
}
