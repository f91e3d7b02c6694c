/**
 * Readers of SARIF that are not ours: the published schema, and Microsoft's validator with the
 * rules of code scanning.
 */

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

import { sharedPath } from './shared.ts';

/** What tests read of a log; all of it is there after validation. */
export interface SarifLog {
  readonly runs: readonly SarifRun[];
}

export interface SarifRun {
  readonly tool: {
    readonly driver: { readonly rules: readonly SarifReportingDescriptor[] };
  };
  readonly automationDetails: { readonly id: string };
  readonly invocations: readonly [
    {
      readonly toolExecutionNotifications: readonly {
        readonly level: string;
        readonly descriptor?: { readonly id: string };
        readonly message: { readonly text: string };
      }[];
    },
  ];
  readonly results: readonly SarifResult[];
}

export interface SarifReportingDescriptor {
  readonly id: string;
  readonly helpUri?: string;
  readonly help: { readonly text: string };
  readonly properties: { readonly 'security-severity': string; readonly tags: readonly string[] };
}

export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly { readonly justification: string }[];
  readonly baselineState?: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** `undefined` where the shared folder is not there. */
export function sarifValidator(): ValidateFunction | undefined {
  const file = sharedPath('schemas/sarif-2.1.0.json');
  if (file === undefined) return undefined;
  const schema = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  // The schema is of draft 4, whose keywords used here mean the same in draft 7.
  delete schema['$schema'];
  delete schema['id'];
  return new Ajv({ strict: false, validateFormats: false }).compile(schema);
}

/** Path of the program of `@microsoft/sarif-multitool-linux`, which `.ci/run` installs. */
const MULTITOOL = process.env['SARIF_MULTITOOL'] ?? '';

/** Why the validator cannot be used here; `undefined` where it can. */
export function missingMultitool(): string | undefined {
  return existsSync(MULTITOOL) ? undefined : 'SARIF_MULTITOOL';
}

/**
 * Returns the lines of level error that the validator prints about documents; its exit code says
 * nothing.
 */
export function multitoolErrors(documents: readonly string[]): readonly string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-sarif-'));
  try {
    chmodSync(MULTITOOL, 0o755);
    const names = documents.map((text, index) => {
      const name = path.join(folder, `${index}.sarif`);
      writeFileSync(name, text);
      return name;
    });
    const output = execFileSync(
      MULTITOOL,
      ['validate', ...names, '--rule-kind', 'Sarif;Ghas', '--level', 'Error'],
      {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' },
      },
    );
    const scanned = /Done\. (?<count>[\d,]+) files? scanned/.exec(output)?.groups?.['count'];
    if (Number(scanned) !== documents.length) throw new Error(`not all were read: ${output}`);
    return output.split('\n').filter((line) => /: error |error\(s\)|exception/i.test(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
