/** `assay demo`: three small images of one app, scanned and gated by the same code as any others. */

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AssayError } from '../../../../core/base/errors.ts';
import { decodeReport } from '../../../../core/codec/codec.ts';
import type { Report } from '../../../../core/model/report/report.ts';
import { REPORTERS } from '../../../../scan/report/list.ts';
import type { CommandModule, Session } from '../command.ts';
import { demoAdvisories } from './advisories.ts';
import { collecting } from './collecting.ts';
import { editLayer, pipLayer } from './edited-layers.ts';
import { appFiles, DEMO_BASES, demoImage, type DemoBase } from './images.ts';
import { maliciousAdvisory, withMaliciousPackage } from './malicious.ts';
import { COLUMNS, narrowed } from './narrowed.ts';
import type { InnerRun } from './pin-step.ts';
import { separateSteps } from './separate-steps.ts';
import {
  contradictionBlock,
  totalLine,
  upgradeLockfile,
  listUpgrades,
  verdictBlock,
} from './report-excerpts.ts';

/** The day on which the demonstration judges; all three systems were maintained then. */
const AS_OF = '2025-01-15';
const GATE = 'high+fixable';
/** One that the app has until it is cured. */
const KNOWN_CVE = 'CVE-2021-44906';
const POLICY = [
  'policies:',
  '  prod:',
  '    fail-on: high+fixable',
  '    forbid: license=AGPL-*',
  '    fail-on-tamper: true',
];
/** Formats of the last step, and their files. */
const FORMATS: readonly (readonly [format: string, file: string])[] = [
  ['json', 'report.json'],
  ['sarif', 'report.sarif'],
  ['trivy-json', 'report.trivy.json'],
  ['cyclonedx', 'app.cdx.json'],
  ['markdown', 'report.md'],
];
const PATCHED = 'alpine-patched';
const WITH_PYTHON = 'python';
const EDITED = 'python-edited';
const WITH_MALICIOUS = 'alpine-malicious';

export const demo: CommandModule = {
  usage: '',
  description:
    'Writes three small images of one app, loads some sixty well-known advisories that Assay carries for this purpose, scans the images, gates them, shows what flips the verdict, and what an edited label does. Nothing is fetched; a registry of packages runs for a moment on 127.0.0.1. The advisories are for the demonstration only and are never used for other scans.',
  flags: [
    {
      name: 'dir',
      value: 'DIR',
      group: 'General',
      help: 'keep images, app and advisories in DIR, and use what is there: edit app/package-lock.json and run again',
    },
  ],
  isAlone: true,
  examples: [
    { command: 'assay demo', purpose: 'the whole tour, in a few seconds' },
    { command: 'assay demo --dir demo', purpose: 'keep the files, to try commands on them' },
  ],
  async run(session) {
    const kept = session.flags.text('dir');
    if (kept !== undefined) {
      return new Tour(session, path.resolve(session.io.cwd, kept), kept).run();
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'assay-demo-'));
    try {
      return await new Tour(session, folder, '.').run();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** What a scan of one image gave. */
interface Outcome {
  readonly report: Report;
  /** The report as a table. */
  readonly table: string;
  readonly exitCode: number;
}

/** What went into the image that the cure made. */
interface CuredImage {
  readonly app: Readonly<Record<string, string>>;
  readonly patches: ReadonlyMap<string, string>;
}

class Tour {
  readonly #session: Session;
  readonly #folder: string;
  /** The folder as the user would type it. */
  readonly #place: string;

  constructor(session: Session, folder: string, place: string) {
    this.#session = session;
    this.#folder = folder;
    this.#place = place;
  }

  async run(): Promise<number> {
    const app = await this.#writeImages();
    await this.#loadAdvisories();
    const outcomes = await this.#gate();
    await this.#compare(outcomes);
    const cured = await this.#cure(outcomes, app);
    await this.#policy();
    await this.#edit(cured);
    await this.#infect(cured);
    await this.#lookUp();
    await this.#separateSteps(cured);
    await this.#report();
    await this.#say(
      '',
      'Next: assay db update, then assay fs . in a project of yours.',
      'assay --help lists the rest.',
      ...(this.#place === '.' ? ['assay demo --dir demo keeps these files.'] : []),
    );
    return 0;
  }

  async #writeImages(): Promise<Readonly<Record<string, string>>> {
    await this.#say('1. One app on three bases: a full Debian, a slim one, and Alpine');
    const app: Record<string, string> = {};
    await mkdir(path.join(this.#folder, 'app'), { recursive: true });
    for (const [name, text] of Object.entries(appFiles())) {
      app[name] = await this.#readOrWrite(path.join(this.#folder, 'app', name), text);
    }
    for (const base of DEMO_BASES) {
      await this.#write(`${base}.tar`, demoImage(base, app));
      await this.#say(`   ${this.#path(`${base}.tar`)}`);
    }
    await this.#say('   With your own: docker save -o app.tar app:1.2');
    return app;
  }

  async #loadAdvisories(): Promise<void> {
    await this.#say('', '2. Advisories: some sixty well-known ones, for this demonstration only');
    await rm(this.#cache(), { recursive: true, force: true });
    await mkdir(path.join(this.#folder, 'advisories'), { recursive: true });
    for (const record of [...demoAdvisories(), maliciousAdvisory()]) {
      await this.#write(`advisories/${record.id}.json`, JSON.stringify(record));
    }
    const exitCode = await this.#assay(['db', 'import', path.join(this.#folder, 'advisories')]);
    if (exitCode !== 0) throw new Error(`the advisories were not loaded: exit code ${exitCode}`);
    await this.#say('   With real ones: assay db update');
  }

  async #gate(): Promise<ReadonlyMap<DemoBase, Outcome>> {
    await this.#say('', `3. Scan and gate: fail on high or worse that has a fix (as of ${AS_OF})`);
    const outcomes = new Map<DemoBase, Outcome>();
    for (const base of DEMO_BASES) outcomes.set(base, await this.#scan(base));
    return outcomes;
  }

  /** Puts the stored reports side by side. */
  async #compare(outcomes: ReadonlyMap<DemoBase, Outcome>): Promise<void> {
    await this.#say('', '4. Side by side: the same app, more tools, more issues', '');
    const reports = [...outcomes.keys()].map((base) => `${base}.json`);
    const output: string[] = [];
    const exitCode = await this.#assay(['base', ...reports, '--as-of', AS_OF], output, {
      cwd: this.#folder,
    });
    if (exitCode !== 0) throw new Error(`the images were not compared: exit code ${exitCode}`);
    const lines = output.join('').trimEnd().split('\n');
    await this.#say(
      `   $ assay base ${reports.map((name) => this.#path(name)).join(' ')}`,
      // The images have no digest, as nothing of docker save has.
      ...lines.slice(0, lines.indexOf('Digests') - 1).map((line) => `   ${line}`.trimEnd()),
      '',
      '   The findings themselves: assay image --input app.tar',
      '   Those that matter most: with --severity HIGH,CRITICAL',
    );
  }

  /** Applies what the verdict on the Alpine image says, and asks again. */
  async #cure(
    outcomes: ReadonlyMap<DemoBase, Outcome>,
    app: Readonly<Record<string, string>>,
  ): Promise<CuredImage> {
    await this.#say('', '5. The cure of the Alpine image, applied');
    const report = outcomes.get('alpine')?.report;
    if (report === undefined) throw new Error('the tour scanned no Alpine image');
    const upgrades = listUpgrades(report);
    for (const [name, version] of [...upgrades.system, ...upgrades.npm]) {
      await this.#say(`   ${name} -> ${version}`);
    }
    const place = this.#path('app/package-lock.json');
    const lockfile = upgradeLockfile(app['package-lock.json'] ?? '', upgrades.npm, place);
    const patched = { ...app, 'package-lock.json': lockfile };
    await this.#write(`${PATCHED}.tar`, demoImage('alpine', patched, upgrades.system));
    const { table } = await this.#scan(PATCHED);
    await this.#say(`   ${totalLine(table)}`);
    return { app: patched, patches: upgrades.system };
  }

  /** Judges the reports that were written by a named policy, without scanning again. */
  async #policy(): Promise<void> {
    await this.#say(
      '',
      '6. The same gate with a name, over the stored reports: assay.yaml says',
      '',
      ...POLICY.map((line) => `      ${line}`),
    );
    await this.#write('assay.yaml', `${POLICY.join('\n')}\n`);
    for (const name of ['alpine', PATCHED]) {
      const report = path.join(this.#folder, `${name}.json`);
      const config = path.join(this.#folder, 'assay.yaml');
      const output: string[] = [];
      const gate = ['gate', report, '--config', config, '--policy', 'prod', '--as-of', AS_OF];
      const exitCode = await this.#assay(gate, output);
      const text = output.join('');
      if (!text.includes('Verdict:'))
        throw new Error(`no verdict on ${name}: exit code ${exitCode}`);
      await this.#say(
        '',
        `   $ assay gate ${this.#path(`${name}.json`)} --policy prod`,
        ...verdictBlock(text)
          .filter((line) => /^(?:Verdict|  Rule)/u.test(line))
          .map((line) => `   ${line}`),
        `   exit code ${exitCode}`,
      );
    }
    await this.#say(
      '   Only on PASS a command behind -- runs:',
      '   assay gate app.json -- docker push app:1.2',
    );
  }

  /** Adds a vulnerable package to the cured image, edits its label, and asks with and without a look at the content. */
  async #edit({ app, patches }: CuredImage): Promise<void> {
    await this.#say('', '7. Edit one line, and see who notices: a layer adds PyYAML 5.3');
    const layers = [pipLayer(), editLayer()];
    await this.#write(`${WITH_PYTHON}.tar`, demoImage('alpine', app, patches, layers.slice(0, 1)));
    await this.#write(`${EDITED}.tar`, demoImage('alpine', app, patches, layers));
    await this.#scan(WITH_PYTHON);
    await this.#say(
      '',
      '   Another layer changes the version in its METADATA to 6.0.1, and nothing else.',
      '   To whoever trusts labels, here with --verify none, the finding is gone:',
    );
    await this.#scan(EDITED, ['--verify', 'none']);
    await this.#say('', '   Assay looks at the content:');
    const { table } = await this.#scan(EDITED, ['--fail-on-tamper']);
    await this.#say('', ...contradictionBlock(table).map((line) => `   ${line}`));
  }

  /** Adds a malicious package to the cured image. The gate fails, though it asks for something else. */
  async #infect({ app, patches }: CuredImage): Promise<void> {
    await this.#say(
      '',
      '8. A malicious package fails every gate: a made-up one joins the cured image',
    );
    const lockfile = withMaliciousPackage(app['package-lock.json'] ?? '');
    const infected = { ...app, 'package-lock.json': lockfile };
    await this.#write(`${WITH_MALICIOUS}.tar`, demoImage('alpine', infected, patches));
    await this.#scan(WITH_MALICIOUS, ['--ignore-unfixed']);
    await this.#say('   Only an exception that names its id and the package accepts it.');
  }

  /** Shows what is known of one of the findings. */
  async #lookUp(): Promise<void> {
    await this.#say('', '9. What is known of one of them', '', `   $ assay cve ${KNOWN_CVE}`);
    const output: string[] = [];
    const exitCode = await this.#assay(['cve', KNOWN_CVE, '--as-of', AS_OF], output);
    const lines = output.join('').trimEnd().split('\n');
    const end = lines.indexOf('Said by');
    if (exitCode !== 0 || end < 0) throw new Error(`nothing is known of it: exit code ${exitCode}`);
    await this.#say(
      ...lines.slice(0, end - 1).flatMap(narrowed),
      '   It goes on with who says so. Why it matched: assay explain',
    );
  }

  #separateSteps({ patches }: CuredImage): Promise<void> {
    const archives = { failing: 'alpine.tar', passing: `${PATCHED}.tar` };
    return separateSteps(patches, archives, {
      session: this.#session,
      folder: this.#folder,
      asOf: AS_OF,
      shown: (name) => this.#path(name),
      assay: (args, output, options) => this.#assay(args, output, options),
      say: (...lines) => this.#say(...lines),
      narrowed,
    });
  }

  /** Writes one scan in five formats. */
  async #report(): Promise<void> {
    await this.#say('', '22. One scan in five formats', '');
    const shown: string[] = [];
    const outputs: string[] = [];
    const lines: string[] = [];
    for (const [format, file] of FORMATS) {
      const row = REPORTERS.find(({ id }) => id === format);
      if (row === undefined) throw new Error(`no format "${format}"`);
      const { purpose } = await row.load();
      outputs.push('-o', `${format}=${path.join(this.#folder, file)}`);
      shown.push(`-o ${format}=${this.#path(file)}`);
      lines.push(...narrowed(`${this.#path(file)} ${purpose.replaceAll('`', '')}`));
    }
    const image = ['image', '--input', path.join(this.#folder, 'alpine.tar'), '--as-of', AS_OF];
    const exitCode = await this.#assay([...image, ...outputs]);
    if (exitCode !== 0) throw new Error(`the reports were not written: exit code ${exitCode}`);
    await this.#say(
      `   $ assay image --input ${this.#path('alpine.tar')} ${shown.join(' ')}`,
      ...lines,
      '   A stored report is written in others later:',
      '   assay convert report.json -f cyclonedx',
    );
  }

  /** Scans one image and shows the command, the verdict and the exit code. */
  async #scan(name: string, more: readonly string[] = []): Promise<Outcome> {
    const image = path.join(this.#folder, `${name}.tar`);
    const gate = ['--fail-on', GATE, ...more];
    const json = path.join(this.#folder, `${name}.json`);
    const table: string[] = [];
    const exitCode = await this.#assay(
      ['image', '--input', image, ...gate, '--as-of', AS_OF, '-o', 'table', '-o', `json=${json}`],
      table,
    );
    const text = table.join('');
    if (!text.includes('Verdict:')) throw new Error(`no verdict on ${name}: exit code ${exitCode}`);
    await this.#say(
      '',
      `   $ assay image --input ${this.#path(`${name}.tar`)} ${gate.join(' ')}`,
      ...verdictBlock(text)
        .filter((line) => !line.startsWith('  Check'))
        .map((line) => `   ${line.replaceAll(image, this.#path(`${name}.tar`))}`),
      `   exit code ${exitCode}`,
    );
    return { report: await readReport(json), table: text, exitCode };
  }

  /** Runs another command line of this program; what it prints is collected and not shown. */
  #assay(
    args: readonly string[],
    output: string[] = [],
    { cwd = this.#session.io.cwd, withErrors = false }: InnerRun = {},
  ): Promise<number> {
    const collected = collecting(output);
    return this.#session.run(
      [...['--offline', '--quiet', '--config', 'none', '--cache-dir', this.#cache()], ...args],
      {
        cwd,
        // Shown behind three blanks, in a terminal of 80 columns.
        env: { ...this.#session.io.env, COLUMNS: String(COLUMNS) },
        stdout: collected,
        ...(withErrors && { stderr: collected }),
      },
    );
  }

  #cache(): string {
    return path.join(this.#folder, 'cache');
  }

  #path(name: string): string {
    return path.join(this.#place, name);
  }

  #say(...lines: readonly string[]): Promise<void> {
    return this.#session.write(`${lines.join('\n')}\n`);
  }

  async #write(name: string, content: Uint8Array | string): Promise<void> {
    await writeFile(path.join(this.#folder, name), content);
  }

  async #readOrWrite(file: string, text: string): Promise<string> {
    try {
      await writeFile(file, text, { flag: 'wx' });
      return text;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return readFile(file, 'utf8');
    }
  }
}

async function readReport(file: string): Promise<Report> {
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  try {
    return decodeReport(value);
  } catch (cause) {
    throw new AssayError('PARSE', `"${file}" is not a report of this version`, { cause });
  }
}
