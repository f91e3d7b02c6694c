/**
 * The clients that can be led to the registry: which file, which lines, and which lines of it
 * contradict them.
 *
 * Sources: npm, "npmrc"; pnpm, "Settings (.npmrc)"; yarn 1, ".yarnrc"; yarn 4, ".yarnrc.yml"
 * (`npmRegistryServer`, `unsafeHttpWhitelist`); bun, "bunfig.toml", `install.registry`; pip,
 * "Configuration"; uv, "Package indexes"; poetry, "Repositories", "Package sources".
 */

import { AssayError } from '../../core/base/errors.ts';
import { linesOf, type MarkedEdit } from './marked-lines.ts';

/** The clients, as they are named on the command line. `yarn-classic` is yarn 1. */
export const CLIENT_NAMES = [
  ...(['npm', 'pnpm', 'yarn', 'yarn-classic', 'bun', 'pip', 'uv', 'poetry'] as const),
] as const;

/** The name of a client. */
export type ClientName = (typeof CLIENT_NAMES)[number];

/** How a client is led to the registry. */
export interface Client {
  /**
   * Names of the file in the directory of the project; the first one that exists is changed, else
   * the last one is made.
   */
  readonly files: readonly string[];
  /** Whether packages of Python are asked for. */
  readonly isPython: boolean;
  /**
   * Returns the change of a file. `text` is empty if there is none.
   *
   * @throws AssayError `USAGE` for a file that has to be changed by hand
   */
  readonly edit: (text: string, url: URL, file: string) => MarkedEdit;
  /** Lines by which packages still come from elsewhere. */
  readonly others: RegExp;
}

/** Clients by name. The file of pip is that of its user or of the virtual environment. */
export const CLIENTS: Readonly<Record<ClientName, Client>> = {
  npm: ofNpmrc(),
  pnpm: ofNpmrc(),
  'yarn-classic': {
    files: ['.yarnrc'],
    isPython: false,
    edit: (text, url) => ({
      lines: [`registry "${url.href}"`],
      disabled: numbersOf(text, /^\s*registry\s/u),
    }),
    others: /^\s*"?@[^\s:]+:registry"?\s/u,
  },
  yarn: {
    files: ['.yarnrc.yml'],
    isPython: false,
    edit: (text, url) => {
      const isPlain = url.protocol === 'http:';
      if (isPlain && numbersOf(text, /^unsafeHttpWhitelist\s*:/u).length > 0) {
        throw byHand('.yarnrc.yml', 'unsafeHttpWhitelist', `Add "${url.hostname}" to it.`);
      }
      return {
        lines: [
          `npmRegistryServer: "${url.href}"`,
          ...(isPlain ? [`unsafeHttpWhitelist: ["${url.hostname}"]`] : []),
        ],
        disabled: numbersOf(text, /^npmRegistryServer\s*:/u),
      };
    },
    others: /^(?:npmScopes|npmRegistries)\s*:/u,
  },
  bun: {
    files: ['bunfig.toml'],
    isPython: false,
    edit: (text, url) => {
      if (numbersOf(text, /^\s*(?:\[install\.registry\]|install\.registry\s*=)/u).length > 0) {
        throw byHand('bunfig.toml', 'install.registry', `Set its "url" to "${url.href}".`);
      }
      const lines = [`registry = "${url.href}"`];
      return inSection(text, { header: '[install]', lines, contradicting: /^\s*registry\s*=/u });
    },
    others: /^\s*\[install\.scopes\]/u,
  },
  pip: {
    files: ['pip.conf'],
    isPython: true,
    edit: (text, url) => {
      const keys = /^(?:extra[-_])?index[-_]url\s*[=:]/iu;
      const lines = [`index-url = ${url.href}`];
      const section = { header: '[global]', lines, contradicting: keys, isEverywhere: true };
      return inSection(text, section);
    },
    others: /^(?:find[-_]links)\s*[=:]/iu,
  },
  uv: {
    files: ['uv.toml', 'pyproject.toml', 'uv.toml'],
    isPython: true,
    edit: (text, url, file) => {
      const table = file === 'uv.toml' ? '[[index]]' : '[[tool.uv.index]]';
      const stray = numbersOf(text, /^\s*(?:default\s*=\s*true|(?:extra-)?index-url\s*=)/u);
      if (stray.length > 0) {
        throw byHand(file, 'another default index', `Change its address to "${url.href}".`);
      }
      const lines = [table, 'name = "assay"', `url = "${url.href}"`, 'default = true'];
      return { lines, disabled: [] };
    },
    others: /^\s*\[\[(?:tool\.uv\.)?index\]\]|^\s*find-links\s*=/u,
  },
  poetry: {
    files: ['pyproject.toml'],
    isPython: true,
    edit: (text, url) => {
      if (numbersOf(text, /^\s*\[\[tool\.poetry\.source\]\]/u).length > 0) {
        throw byHand('pyproject.toml', 'sources', `Change their addresses to "${url.href}".`);
      }
      const lines = ['[[tool.poetry.source]]', 'name = "assay"', `url = "${url.href}"`];
      return { lines: [...lines, 'priority = "primary"'], disabled: [] };
    },
    others: /^\s*\[\[tool\.poetry\.source\]\]/u,
  },
};

function ofNpmrc(): Client {
  return {
    files: ['.npmrc'],
    isPython: false,
    edit: (text, url) => ({
      // npm replaces hosts of other registries in lockfiles only with the second setting.
      lines: [`registry=${url.href}`, 'replace-registry-host=always'],
      disabled: numbersOf(text, /^\s*(?:registry|replace-registry-host)\s*=/u),
    }),
    others: /^\s*@[^\s:]+:registry\s*=/u,
  };
}

function byHand(file: string, what: string, hint: string): AssayError {
  return new AssayError('USAGE', `"${file}" has ${what} already and is left as it is`, { hint });
}

/** Numbers of the lines that match, from 0 on. */
function numbersOf(text: string, pattern: RegExp): readonly number[] {
  return linesOf(text).flatMap((line, number) => (pattern.test(line) ? [number] : []));
}

const SECTION = /^\s*\[+[^\]]*\]/u;

/** Lines of a section. */
interface SectionLines {
  readonly header: string;
  readonly lines: readonly string[];
  readonly contradicting: RegExp;
  /**
   * Contradicting lines of all sections count, and the indented lines behind them belong to them.
   */
  readonly isEverywhere?: boolean;
}

/** Puts lines below the header of a section, which is added if it is missing. */
function inSection(
  text: string,
  { header, lines, contradicting, isEverywhere = false }: SectionLines,
): MarkedEdit {
  const disabled: number[] = [];
  let after: number | undefined;
  let isInside = false;
  let isGoingOn = false;
  for (const [number, line] of linesOf(text).entries()) {
    if (SECTION.test(line) && !/^\s/u.test(line)) {
      isInside = line.trim().startsWith(header);
      if (isInside) after ??= number;
      isGoingOn = false;
    } else if (contradicting.test(line) && (isInside || isEverywhere)) {
      disabled.push(number);
      isGoingOn = isEverywhere;
    } else if (isGoingOn && /^\s+\S/u.test(line)) disabled.push(number);
    else isGoingOn = false;
  }
  if (after === undefined) return { lines: [header, ...lines], disabled };
  return { lines, disabled, after };
}
