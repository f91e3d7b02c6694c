import { describe, expect, it } from 'vitest';
import { anInventory, aRuleFinding } from '../../../test/support/model.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { IgnoreComment, RuleFinding } from '../../core/model/rule/rule-finding.ts';
import { fullPolicy } from '../pipeline/request.ts';
import { decide } from './decide.ts';
import type { PolicyOptions } from './options.ts';

const NOW = Date.parse('2026-01-01');

function comment(
  syntax: IgnoreComment['syntax'],
  rules: readonly string[] = [],
  fields: Partial<IgnoreComment> = {},
): IgnoreComment {
  return { syntax, line: 7, rules, ...fields };
}

function findingWith(
  comments: readonly IgnoreComment[],
  fields: Partial<RuleFinding> = {},
): RuleFinding {
  return aRuleFinding('f', {
    ...{ category: 'code', rule: 'code/eval', aliases: ['B307', 'python.lang.eval-detected'] },
    location: { path: '/src/a.py', layer: 0, line: 7 },
    comments,
    ...fields,
  });
}

function decided(
  findings: readonly RuleFinding[],
  options: Partial<PolicyOptions> = {},
  kind: Artifact['kind'] = 'directory',
): ReturnType<typeof decide> {
  const artifact = { kind, reference: '.', layers: [{}] };
  const result = { artifact, inventory: anInventory([]), findings, diagnostics: [] };
  const policy = fullPolicy({ inlineComments: 'implicit', exitCode: 1, ...options });
  return decide({ results: [result], advisories: new Map() }, policy, NOW);
}

const isAside = (...given: Parameters<typeof decided>): boolean =>
  decided(...given).suppressed.flat().length === 1;

describe('comments in files', () => {
  it.each<[string, IgnoreComment, Partial<RuleFinding>, boolean]>([
    ['the rule', comment('assay', ['code/eval']), {}, true],
    ['the rule in another case', comment('assay', ['CODE/Eval']), {}, true],
    ['the rule among others', comment('assay', ['a/b', 'code/eval']), {}, true],
    ['an alias', comment('nosec', ['B307']), {}, true],
    ['an alias in the syntax of another tool', comment('noqa', ['B307']), {}, true],
    ['the last part of a dotted id', comment('semgrep', ['eval-detected']), {}, true],
    ['such a part in another syntax', comment('assay', ['eval-detected']), {}, false],
    ['another rule', comment('assay', ['code/exec']), {}, false],
    ['the group of the rule', comment('assay', ['code']), {}, false],
    ['a part of an id', comment('nosec', ['B30']), {}, false],
    ['a short form of an id', comment('trivy', ['DS002']), { aliases: ['AVD-DS-0002'] }, true],
    ['nothing, nosemgrep', comment('semgrep'), {}, true],
    ['nothing, nosec', comment('nosec'), {}, true],
    ['nothing, nosec at a secret', comment('nosec'), { category: 'secret' }, true],
    [
      'nothing, nosec at a misconfiguration',
      comment('nosec'),
      { category: 'misconfiguration' },
      false,
    ],
    ['nothing, gitleaks:allow at a secret', comment('gitleaks'), { category: 'secret' }, true],
    ['nothing, gitleaks:allow at code', comment('gitleaks'), {}, false],
    ['nothing, NOSONAR', comment('sonar'), {}, true],
    [
      'nothing, kics at a misconfiguration',
      comment('kics'),
      { category: 'misconfiguration' },
      true,
    ],
    ['nothing, at the origin of a package', comment('semgrep'), { category: 'origin' }, false],
    ['nothing, where an id is needed', comment('assay'), {}, false],
    ['the rule until a later day', comment('trivy', ['B307'], { until: '2026-02-01' }), {}, true],
    [
      'the rule until an earlier day',
      comment('trivy', ['B307'], { until: '2025-12-31' }),
      {},
      false,
    ],
    ['the rule until no day', comment('trivy', ['B307'], { until: '2026-13-45' }), {}, false],
  ])('set a finding aside by naming %s', (_, one, fields, expected) => {
    expect(isAside([findingWith([one], fields)])).toBe(expected);
  });

  const allow = findingWith([comment('assay', ['code/eval'], { reason: 'our own input' })]);

  it.each<[string, Partial<PolicyOptions>, Artifact['kind'], boolean]>([
    ['in a directory', {}, 'directory', true],
    ['in a repository', {}, 'repository', true],
    ['in a file', {}, 'file', true],
    ['in an image', {}, 'image', false],
    ['in a root filesystem', {}, 'rootfs', false],
    ['with -c', { inlineComments: undefined as never }, 'directory', false],
    ['where the policy allows them', { inlineComments: 'code' }, 'directory', true],
    ['in an image where the policy allows code', { inlineComments: 'code' }, 'image', false],
    ['in an image where the policy allows all', { inlineComments: 'all' }, 'image', true],
    [
      'with a reason that the policy asks for',
      { exceptionRules: { requiredFields: ['reason'] } },
      'directory',
      true,
    ],
    [
      'without an owner that it asks for',
      { exceptionRules: { requiredFields: ['owner'] } },
      'directory',
      false,
    ],
    [
      'without an expiry that it asks for',
      { exceptionRules: { requiredFields: [], maxDays: 90 } },
      'directory',
      false,
    ],
  ])('count or not: %s', (_, options, kind, expected) => {
    expect(isAside([allow], options, kind)).toBe(expected);
    const { verdict } = decided([allow], options, kind);
    expect(verdict.status).toBe(expected ? 'pass' : 'fail');
  });

  it('are listed with their place and reason, and their file with the verdict', () => {
    const { suppressed, verdict } = decided([allow]);
    expect(suppressed.flat()).toEqual([
      { findingId: 'f', by: 'comment', reason: 'our own input', from: '/src/a.py:7' },
    ]);
    expect(verdict.implicitFiles).toEqual([
      { path: '/src/a.py', kind: 'comments', removedCount: 1 },
    ]);
    expect(decided([allow], { inlineComments: 'code' }).verdict.implicitFiles).toBeUndefined();
  });

  it('are noted where they do not count', () => {
    const { diagnostics } = decided([allow], {}, 'image');
    expect(diagnostics.flat().map(({ message }) => message)).toContainEqual(
      expect.stringContaining('1 finding has a comment that would set it aside'),
    );
    const stale = decided([allow], {
      exceptionRules: { requiredFields: ['owner'] },
      failOnStaleIgnore: true,
    });
    expect(stale.verdict.causes.map(({ rule }) => rule)).toContain('--fail-on-stale-ignore');
    const twice = decided([allow, { ...allow, id: 'g' }], {
      exceptionRules: { requiredFields: ['owner'] },
    });
    const notes = twice.diagnostics.flat().filter(({ message }) => message.includes('no owner'));
    expect(notes).toHaveLength(1);
  });

  it('leave the entry of an ignore file its use', () => {
    const ignore = [{ id: 'code/eval', reason: 'known', from: '.assayignore:1' }];
    const [aside] = decided([allow], { ignore }).suppressed.flat();
    expect(aside).toMatchObject({ by: 'ignore', from: '.assayignore:1' });
  });
});
