import { describe, expect, it } from 'vitest';

import { aFinding, anInventory, aPackage } from '../../../test/support/model.ts';
import { testImage } from '../../../test/support/reports.ts';
import type { Artifact, BaseStatement } from '../../core/model/artifact/artifact.ts';
import { decide } from './decide.ts';
import { parseFailOn } from './fail-on.ts';
import { NO_POLICY, type PolicyOptions } from './options.ts';
import type { DecisionInput } from './plain-decision.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');

function statement(by: BaseStatement['by'], layerCount = 1): BaseStatement {
  return { by, name: `${by}.example/base:1`, comparison: 'equal', layerCount };
}

/** An image whose lowest layer is the base, with a finding in the base and one in the app. */
function imageWith(baseBy: readonly BaseStatement[], reference = 'app:1'): Artifact {
  const { image, ...others } = testImage({ reference });
  if (image === undefined) throw new Error('an image without facts');
  const baseLayerCount = Math.max(...baseBy.map(({ layerCount = 0 }) => layerCount));
  return { ...others, image: { ...image, ...(baseBy.length > 0 && { baseLayerCount, baseBy }) } };
}

function resultOf(artifact: Artifact): DecisionInput['results'][number] {
  const at = (layer: number): Parameters<typeof aPackage>[2] => ({
    introducedIn: layer,
    locations: [{ path: `/layer-${layer}`, layer }],
  });
  const packages = [aPackage('of-base', '1', at(0)), aPackage('of-app', '1', at(1))];
  const findings = packages.map(({ id, name }) =>
    aFinding(`${artifact.reference}-${name}`, { packageId: id, severity: 'high' }),
  );
  return { artifact, inventory: anInventory(packages), findings, diagnostics: [] };
}

function warningsOf(
  artifacts: readonly Artifact[],
  options: Partial<PolicyOptions>,
): readonly string[] {
  const input = { results: artifacts.map(resultOf), advisories: new Map() };
  const { verdict } = decide(input, { ...NO_POLICY, command: 'assay', ...options }, NOW);
  return verdict.warnings ?? [];
}

const APP_GATE = { failOn: parseFailOn('high+origin=app') };

describe('a base that only the image names', () => {
  it.each<[string, Partial<PolicyOptions>]>([
    ['a condition on the app', APP_GATE],
    ['a condition on the base', { failOn: parseFailOn('high+origin=base') }],
    ['--only app with --exit-code', { only: 'app', exitCode: 1 }],
    ['--only base with --exit-code', { only: 'base', exitCode: 1 }],
    [
      'a policy that forbids packages of the app',
      { policy: 'prod', forbid: parseFailOn('origin=app') },
    ],
    ['one of several conditions', { failOn: parseFailOn('critical,high+origin=app') }],
    ['a dry run', { ...APP_GATE, isDryRun: true }],
  ])('gives a warning with %s', (_name, options) => {
    expect(warningsOf([imageWith([statement('label')])], options)).toEqual([
      'only a label of "app:1" names its base "label.example/base:1", and without this base the gate counts 1 more: name the accepted bases with --base-image',
    ]);
  });

  it.each<[string, readonly BaseStatement[], string]>([
    ['provenance', [statement('provenance')], 'unsigned provenance'],
    ['a label and provenance', [statement('label'), statement('provenance')], 'a label'],
    [
      'a label, while a Dockerfile names a lower base',
      [statement('label', 2), statement('dockerfile')],
      'a label',
    ],
  ])('is one that is named by %s', (_name, baseBy, who) => {
    const failOn = parseFailOn('high+origin=app');
    const [warning] = warningsOf([imageWith(baseBy)], { failOn });
    expect(warning).toContain(`only ${who} of "app:1" names`);
  });

  it.each<[string, readonly BaseStatement[]]>([
    ['the user', [statement('known')]],
    ['the user too', [statement('label'), statement('known')]],
    ['the Dockerfile of the user', [statement('dockerfile')]],
    ['the Dockerfile of the user too', [statement('label'), statement('dockerfile')]],
    ['the trust file too', [statement('label'), statement('trust')]],
    ['the trust file', [statement('trust')]],
    ['no place', []],
  ])('is none that is named by %s', (_name, baseBy) => {
    expect(warningsOf([imageWith(baseBy)], APP_GATE)).toEqual([]);
  });

  it.each<[string, Partial<PolicyOptions>]>([
    ['no gate asks for anything', { only: 'app' }],
    ['the gate does not depend on the origin', { failOn: parseFailOn('high') }],
    [
      '--only chooses what is shown beside conditions',
      { only: 'app', failOn: parseFailOn('high') },
    ],
    [
      'the condition is met by no finding of the base',
      { failOn: parseFailOn('critical+origin=app') },
    ],
    [
      'fewer findings than the condition needs count either way',
      { failOn: parseFailOn('high+origin=app+count>=3') },
    ],
  ])('gives no warning where %s', (_name, options) => {
    expect(warningsOf([imageWith([statement('label')])], options)).toEqual([]);
  });

  it('gives a warning where the number of findings decides', () => {
    const failOn = parseFailOn('high+origin=app+count>=2');
    expect(warningsOf([imageWith([statement('label')])], { failOn })).toHaveLength(1);
  });

  it('gives a warning for each image of its own', () => {
    const artifacts = [
      imageWith([statement('label')], 'one:1'),
      imageWith([statement('known')], 'two:1'),
      imageWith([statement('provenance')], 'three:1'),
    ];
    const warnings = warningsOf(artifacts, APP_GATE);
    expect(warnings.map((text) => /"[^"]+"/u.exec(text)?.[0])).toEqual(['"one:1"', '"three:1"']);
  });
});
