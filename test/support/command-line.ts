/** Runs command lines over a scan that answers at once, and keeps what it was asked. */

import type { Context } from '../../src/base/context.ts';
import { runCommandLine } from '../../src/cli/shell/run.ts';
import type { Services } from '../../src/cli/services.ts';
import type { UpdatingBaseOptions } from '../../src/advisory-db/types.ts';
import type { Report } from '../../src/model/report.ts';
import { renderTemplate } from '../../src/report/template/engine.ts';
import type { TemplateJob, TemplateOutcome } from '../../src/report/template/job.ts';
import type { ScanRequest } from '../../src/scan/request.ts';
import { testReport } from './reports.ts';
import type { Io } from '../../src/base/io.ts';

export interface Asked {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Absent where nothing was scanned. */
  readonly request?: ScanRequest;
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
  readonly scan?: Services['scan'];
  /** What else may be asked for. */
  readonly services?: Partial<Services>;
}

/** Runs one command line; nothing but the scan and `services` is there to be asked. */
export async function ask(args: readonly string[], setup: AskSetup): Promise<Asked> {
  let [stdout, stderr] = ['', ''];
  let asked: Pick<Asked, 'request' | 'context' | 'advisories'> = {};
  const io: Io = {
    stdout: stream((text) => (stdout += text)),
    stderr: { ...stream((text) => (stderr += text)), isTTY: setup.isTerminal === true },
    env: setup.env ?? {},
    cwd: setup.cwd,
  };
  const unasked = (): Promise<never> => Promise.reject(new Error('not asked for'));
  const services: Services = {
    scan: (request, context) => {
      asked = { ...asked, request, context };
      return setup.scan?.(request, context) ?? Promise.resolve(setup.report ?? testReport());
    },
    openAdvisories: (advisories) => {
      asked = { ...asked, advisories };
      return Promise.resolve({ open: unasked });
    },
    openLookup: unasked,
    imageDigests: unasked,
    updateBase: unasked,
    importIntoBase: unasked,
    baseStatus: unasked,
    removeBase: unasked,
    exportBase: unasked,
    verifyBase: unasked,
    verifyBundle: unasked,
    renderTemplate: renderHere,
    ...setup.services,
  };
  const exitCode = await runCommandLine(args, io, services);
  return { exitCode, stdout, stderr, ...asked };
}

/** Renders a template in this process, by the code that its own process has. */
async function renderHere(job: TemplateJob, data: AsyncIterable<string>): Promise<TemplateOutcome> {
  let text = '';
  for await (const piece of data) text += piece;
  return renderTemplate(job, JSON.parse(text));
}

function stream(take: (text: string) => void): Pick<Io['stdout'], 'write'> {
  return {
    write: (text, done) => {
      take(text);
      done?.();
      return true;
    },
  };
}
