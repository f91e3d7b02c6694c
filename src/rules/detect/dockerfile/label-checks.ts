/**
 * Checks of labels by a schema that the user gives. Source: the documentation of hadolint, "Linting
 * Labels".
 */

import { isLicenseExpression } from '../../../core/model/package/spdx-license-ids.ts';
import { ruleOf, type DockerfileCheck, type Hit } from './check.ts';
import type { DockerfileSettings, LabelForm } from './settings.ts';
import { variableName, type DockerfileSubject, type Step } from './subject.ts';

interface FormRule {
  readonly form: LabelForm;
  readonly name: string;
  readonly alias: string;
  readonly title: string;
  /** The kind of text, as in "an address". */
  readonly what: string;
  readonly test: (value: string) => boolean;
  readonly bad: string;
  readonly good: string;
}

/** RFC 3339, section 5.6. */
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt ](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/u;
/** Semantic Versioning 2.0.0. */
const SEMANTIC_VERSION =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/u;
const EMAIL =
  /^[^\s@<>]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/u;

const FORM_RULES: readonly FormRule[] = [
  {
    form: 'url',
    name: 'label-url',
    alias: 'DL3052',
    title: 'label that is no address',
    what: 'an address',
    test: isAddress,
    bad: 'not an address',
    good: 'https://example.com/',
  },
  {
    form: 'rfc3339',
    name: 'label-date',
    alias: 'DL3053',
    title: 'label that is no date and time',
    what: 'a date and time of RFC 3339',
    test: (value) => DATE_TIME.test(value),
    bad: 'yesterday',
    good: '2026-01-31T12:00:00Z',
  },
  {
    form: 'spdx',
    name: 'label-license',
    alias: 'DL3054',
    title: 'label that is no SPDX identifier',
    what: 'an identifier of SPDX',
    test: isLicenseExpression,
    bad: 'free',
    good: 'MIT',
  },
  {
    form: 'hash',
    name: 'label-commit',
    alias: 'DL3055',
    title: 'label that is no hash of Git',
    what: 'a hash of Git',
    test: (value) => /^(?:[0-9a-f]{7}|[0-9a-f]{40}|[0-9a-f]{64})$/u.test(value),
    bad: 'main',
    good: '0123456789abcdef0123456789abcdef01234567',
  },
  {
    form: 'semver',
    name: 'label-version',
    alias: 'DL3056',
    title: 'label that is no semantic version',
    what: 'a version of Semantic Versioning',
    test: (value) => SEMANTIC_VERSION.test(value),
    bad: 'newest',
    good: '1.2.3',
  },
  {
    form: 'email',
    name: 'label-email',
    alias: 'DL3058',
    title: 'label that is no e-mail address',
    what: 'an e-mail address',
    test: (value) => EMAIL.test(value),
    bad: 'Jo',
    good: 'jo@example.com',
  },
];

function isAddress(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s/]/iu.test(value) && URL.canParse(value);
}

const SCHEMA =
  'The settings say what labels of images have to look like, so that tools can use them.';

function exampleSettings(form: LabelForm, isStrict = false): DockerfileSettings {
  return { labels: new Map([['com.example.label', form]]), isStrict };
}

function formCheck({ form, name, alias, title, what, test, bad, good }: FormRule): DockerfileCheck {
  return {
    rule: ruleOf({
      ...{ name, title, severity: 'low', aliases: [alias], why: SCHEMA },
      remedy: `Give the label a value that is ${what}.`,
      failing: `FROM debian:13.1\nLABEL com.example.label="${bad}"\n`,
      passing: `FROM debian:13.1\nLABEL com.example.label="${good}"\n`,
      settings: exampleSettings(form),
    }),
    *find(subject): Generator<Hit> {
      for (const { key, value, step, range } of labels(subject)) {
        if (subject.settings.labels?.get(key) !== form) continue;
        if (value === undefined || value === '' || test(value)) continue;
        yield { range, message: `The label "${key}" is not ${what}.`, names: [key], step };
      }
    },
  };
}

const MISSING_LABEL: DockerfileCheck = {
  rule: ruleOf({
    name: 'missing-label',
    severity: 'low',
    title: 'label that the schema requires and the image does not have',
    aliases: ['DL3049'],
    why: SCHEMA,
    remedy: 'Add the label to the last stage.',
    failing: 'FROM debian:13.1\nRUN make\n',
    passing: 'FROM debian:13.1\nLABEL com.example.label="x"\n',
    settings: exampleSettings('text'),
  }),
  *find(subject) {
    const { settings, stages } = subject;
    const last = stages.at(-1);
    if (settings.labels === undefined || last === undefined) return;
    const shipped = new Set<unknown>();
    for (let one: typeof last | undefined = last; one !== undefined; one = one.parent) {
      shipped.add(one);
    }
    const present = new Set(
      [...labels(subject)].filter(({ step }) => shipped.has(step.stage)).map(({ key }) => key),
    );
    for (const key of settings.labels.keys()) {
      if (present.has(key)) continue;
      const message = `The image has no label "${key}".`;
      yield { range: last.stage.from.range, message, names: [key], step: last.steps[0] };
    }
  },
};

const OTHER_LABEL: DockerfileCheck = {
  rule: ruleOf({
    name: 'other-label',
    severity: 'low',
    title: 'label that the schema does not have',
    aliases: ['DL3050'],
    why: 'The settings allow only the labels of the schema (strict-labels).',
    remedy: 'Remove the label, or add it to the schema.',
    failing: 'FROM debian:13.1\nLABEL com.example.label="x" com.example.other="y"\n',
    passing: 'FROM debian:13.1\nLABEL com.example.label="x"\n',
    settings: exampleSettings('text', true),
  }),
  *find(subject) {
    const { labels: schema, isStrict } = subject.settings;
    if (isStrict !== true) return;
    for (const { key, step, range } of labels(subject)) {
      if (schema?.has(key) === true) continue;
      yield { range, message: `The label "${key}" is not in the schema.`, names: [key], step };
    }
  },
};

const EMPTY_LABEL: DockerfileCheck = {
  rule: ruleOf({
    name: 'empty-label',
    severity: 'low',
    title: 'label without a value',
    aliases: ['DL3051'],
    why: SCHEMA,
    remedy: 'Give the label a value.',
    failing: 'FROM debian:13.1\nLABEL com.example.label=""\n',
    passing: 'FROM debian:13.1\nLABEL com.example.label="x"\n',
    settings: exampleSettings('text'),
  }),
  *find(subject) {
    for (const { key, value, step, range } of labels(subject)) {
      if (value !== '' || subject.settings.labels?.has(key) !== true) continue;
      yield { range, message: `The label "${key}" is empty.`, names: [key], step };
    }
  },
};

/** The checks of this file. */
export const LABEL_CHECKS: readonly DockerfileCheck[] = [
  MISSING_LABEL,
  OTHER_LABEL,
  EMPTY_LABEL,
  ...FORM_RULES.map(formCheck),
];

interface SetLabel extends Pick<Hit, 'range'> {
  readonly key: string;
  /** Absent where the file does not decide it. */
  readonly value: string | undefined;
  readonly step: Step;
}

function* labels({ steps }: DockerfileSubject): Generator<SetLabel> {
  for (const step of steps) {
    if (step.instruction.keyword !== 'LABEL') continue;
    for (const { name, value } of step.instruction.pairs) {
      const key = variableName(step, name).replaceAll(/^["']|["']$/gu, '');
      const known = value === undefined ? '' : step.values.expand(value).value;
      yield { key, value: known, step, range: name.range };
    }
  }
}
