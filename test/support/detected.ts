/** Runs detectors of rules on the data of their examples. */

import type {
  FileDetector,
  ImageDetector,
  ImageSubject,
  TreeDetector,
  TreeFile,
  TreeNote,
  TreeSubject,
} from '../../src/rules/detect/detector.ts';
import type { ImageExample, RuleExample } from '../../src/rules/detect/rule.ts';
import type { RuleDraft } from '../../src/core/model/rule/rule-finding.ts';

/** An image that no rule reports: a program, started by a user of its own. */
const QUIET_IMAGE: ImageSubject = {
  configuration: {
    user: '65532',
    env: ['PATH=/usr/bin:/bin'],
    exposedPorts: [],
    hasHealthCheck: false,
    labels: [],
    command: [],
    history: [],
  },
  tags: ['registry.example/app:1.4.2'],
  os: 'linux',
  layers: [{ createdBy: 'COPY app /app # buildkit' }],
  modes: [],
  counted: [],
};

/** The image of an example. */
export function imageOf(example: ImageExample): ImageSubject {
  const { tags, modes, counted, ...configuration } = example;
  return {
    ...QUIET_IMAGE,
    configuration: { ...QUIET_IMAGE.configuration, ...configuration },
    ...(tags !== undefined && { tags }),
    modes: (modes ?? []).map((entry) => ({ ...entry, layer: 0 })),
    counted: (counted ?? []).map((row) => ({ ...row, layer: 0 })),
  };
}

/** Returns what a detector reports about an example. */
export function detected(
  detector: FileDetector | ImageDetector | TreeDetector,
  kind: 'file' | 'image' | 'tree',
  example: RuleExample,
): readonly RuleDraft[] {
  if (kind === 'tree') {
    const { path = '/example', text, others = {}, settings } = example;
    const tree = treeOf({ ...others, [path]: text });
    return (detector as TreeDetector).detect({ ...tree, ...(settings && { settings }) });
  }
  if (kind === 'image') return (detector as ImageDetector).detect(imageOf(example.image ?? {}));
  const bytes = Buffer.from(example.text, 'utf8');
  const { path = '/example', settings } = example;
  // Rules with low confidence have examples, too.
  const all = { minConfidence: 'low', ...settings } as const;
  return (detector as FileDetector).detect({ path, bytes, settings: all });
}

/** The root of a repository with some files, by path. */
export function treeOf(files: Readonly<Record<string, string | Uint8Array>>): TreeSubject {
  const contents = Object.entries(files).map(([path, content]): [string, TreeFile] => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    return [path, { sizeBytes: bytes.length, bytes }];
  });
  return {
    paths: Object.keys(files).sort(),
    unlistedCount: 0,
    files: new Map(contents),
    isRepositoryRoot: true,
    isSkipped: () => false,
  };
}

/** Returns what a detector of trees notes about a tree. */
export function notesOn(detector: TreeDetector, tree: TreeSubject): readonly TreeNote[] {
  const notes: TreeNote[] = [];
  detector.detect(tree, (one) => notes.push(one));
  return notes;
}
