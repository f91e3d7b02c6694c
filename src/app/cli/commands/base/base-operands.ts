/**
 * The images that `assay base` compares: those that are named, the siblings of one name, or those
 * of a Dockerfile's base.
 */

import { AssayError } from '../../../../core/base/errors.ts';
import { quotedWord } from '../../../../core/base/shell-word.ts';
import {
  readDockerfileBase,
  type DockerfileBase,
} from '../../../../tasks/compare/base/dockerfile-base.ts';
import {
  DEFAULT_LIMIT,
  findSiblings,
  siblingLines,
} from '../../../../tasks/compare/base/find-siblings.ts';
import { badValue } from '../../../config/values.ts';
import { isDockerfileName } from '../../../../formats/text/dockerfile/dockerfile-name.ts';
import { BASE_NAMED_BY } from '../../../../core/model/report/base-naming.ts';
import { isDocumentName, isFileName, parseTarget } from '../../../../clients/oci/parse-target.ts';
import { familiarReference, parseImageReference } from '../../../../clients/oci/index.ts';
import { fullTarget } from '../../../../scan/pipeline/request.ts';
import type { Target } from '../../../../scan/pipeline/target.ts';
import { readTargets } from '../../shell/options/scan-options.ts';
import type { Session } from '../command.ts';
import { imageTargets } from '../scan/image-references.ts';
import type { FoundBaseRules } from '../../shell/options/base-rules.ts';
import { listedBases } from './listed-bases.ts';

/** The images to compare, the one that others are compared with first. */
export interface BaseOperands {
  readonly targets: readonly Target[];
  /** The number of targets, from the first on, that the user named; Assay chose the others. */
  readonly namedCount: number;
  /** Sentences on the chosen siblings. */
  readonly notes: readonly string[];
  /** The Dockerfile whose base is the first image. */
  readonly dockerfile?: DockerfileBase;
}

/** A table of more images is hard to read, and their download is long. */
const MAX_LIMIT = 100;

/**
 * Reads the operands. One name alone stands for its siblings, and a Dockerfile alone for the
 * siblings of its base.
 *
 * @throws AssayError `USAGE`, and as reading Dockerfiles and asking registries do
 */
export async function baseOperands(
  session: Session,
  { rules, warning }: FoundBaseRules,
): Promise<BaseOperands> {
  const { flags, args } = session;
  const limit = readLimit(session);
  const named = args.filter(isDockerfileOperand);
  const flag = flags.text('dockerfile');
  const files = [...(flag === undefined ? [] : [flag]), ...named];
  if (files.length > 1) {
    throw new AssayError('USAGE', `"${files[1] ?? ''}" is a second Dockerfile`, {
      hint: 'One Dockerfile is read at a time.',
    });
  }
  const others = imageTargets({ flags, args: args.filter((one) => !isDockerfileOperand(one)) });
  const [path] = files;
  const listed = (operands: BaseOperands): BaseOperands => {
    if (rules === undefined) return operands;
    const { targets, notes } = operands;
    const added = listedBases(session, rules, { taken: targets, limit });
    return {
      ...operands,
      targets: [...targets, ...added],
      notes: [...notes, ...trustNotes(added, warning)],
    };
  };
  if (path !== undefined) {
    const operands = await dockerfileOperands(session, { path, others, limit });
    return others.length > 0 ? operands : listed(operands);
  }
  for (const name of ['target', 'diff'] as const) {
    if (flags.text(name) === undefined && !flags.isOn(name)) continue;
    throw new AssayError('USAGE', `--${name} needs a Dockerfile`, {
      hint: 'Name it, as in assay base ./Dockerfile.',
    });
  }
  const [only, ...more] = others;
  if (only === undefined) {
    throw new AssayError('USAGE', 'no image given', {
      hint: 'Name some: assay base python:3.12 python:3.12-slim. One name is compared with its siblings.',
    });
  }
  if (more.length > 0 || !isPlainName(only)) {
    refuseLimit(session);
    const notes = more.length > 0 ? [] : await baseNotes(session, only);
    return { targets: others, namedCount: others.length, notes };
  }
  const siblings = await siblingTargets(session, only.reference, { limit, hasNewer: false });
  const hasSiblings = siblings.targets.length > 0;
  const notes = hasSiblings ? [] : await baseNotes(session, only);
  return listed({
    targets: [only, ...siblings.targets],
    namedCount: 1,
    notes: [...siblings.notes, ...notes],
  });
}

function trustNotes(added: readonly Target[], warning: string | undefined): readonly string[] {
  if (added.length === 0) return [];
  const names = added.map(({ reference }) => reference).join(', ');
  const where = warning === undefined ? '' : ` (${warning})`;
  return [`Taken from the trust file${where}: ${names}.`];
}

/**
 * Returns a sentence on the base of an image that is compared alone. Its name comes from the image,
 * so the base is only compared and recommended if the user names it.
 */
async function baseNotes(session: Session, target: Target): Promise<readonly string[]> {
  if (!isImageName(target)) return [];
  const [asked] = await readTargets(session, [target]);
  if (asked === undefined) return [];
  const { baseOfImage } = await import('../../../../scan/pipeline/bases/base-of-image.ts');
  const base = await baseOfImage(fullTarget(asked), session.context);
  if (base === undefined) return [];
  const { name, by } = base;
  return [
    `"${target.reference}" is built on "${name}" (named by ${BASE_NAMED_BY[by]}). assay base ${quotedWord(name)} compares that image with its siblings.`,
  ];
}

async function dockerfileOperands(
  session: Session,
  {
    path,
    others,
    limit,
  }: { readonly path: string; readonly others: readonly Target[]; readonly limit: number },
): Promise<BaseOperands> {
  const { flags, io } = session;
  const dockerfile = await readDockerfileBase(path, { cwd: io.cwd, target: flags.text('target') });
  const named = parseImageReference(dockerfile.reference);
  const reference = imageName(dockerfile.reference);
  const own: Target = { reference, kind: 'image' };
  if (others.length > 0) {
    refuseLimit(session);
    const targets = [own, ...others];
    return { targets, namedCount: targets.length, notes: [], dockerfile };
  }
  const { domain, path: repository, tag, digest } = named;
  if (tag === undefined && digest !== undefined) {
    const note = `The base "${reference}" has a digest and no tag, so it has no siblings.`;
    return { targets: [own], namedCount: 1, notes: [note], dockerfile };
  }
  const name = imageName(
    familiarReference({ domain, path: repository, ...(tag !== undefined && { tag }) }),
  );
  const { targets, notes } = await siblingTargets(session, name, { limit, hasNewer: true });
  // A tag beside a digest may lead to a newer build.
  const tagged: readonly Target[] =
    digest === undefined ? [] : [{ reference: name, kind: 'image' }];
  return { targets: [own, ...tagged, ...targets], namedCount: 1, notes, dockerfile };
}

/**
 * Returns the name of a base. Builders read every base as a name, also `oci:x` and `last.json`,
 * which are files on a command line.
 */
function imageName(reference: string): string {
  if (parseTarget(reference).kind === 'name' && !isFileName(reference)) return reference;
  const { domain, path, tag, digest } = parseImageReference(reference);
  const version = digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`;
  return `${domain}/${path}${version}`;
}

async function siblingTargets(
  session: Session,
  reference: string,
  { limit, hasNewer }: { readonly limit: number; readonly hasNewer: boolean },
): Promise<Pick<BaseOperands, 'targets' | 'notes'>> {
  const [completed] = await readTargets(session, [{ reference, kind: 'image' }]);
  const registry = completed?.registry;
  const siblings = await findSiblings(
    { reference, limit, hasNewer, ...(registry !== undefined && { registry }) },
    session.context,
  );
  const [, ...others] = siblings.taken;
  return {
    targets: others.map((one) => ({ reference: one.reference, kind: 'image' as const })),
    notes: siblingLines(siblings),
  };
}

/** The last part of a name of an image has no capitals. */
function isDockerfileOperand(text: string): boolean {
  if (!isDockerfileName(text)) return false;
  const form = parseTarget(text);
  return (
    (form.kind === 'path' && !form.isImage) ||
    (form.kind === 'name' && /(?:^|\/)[A-Z][^/]*$/u.test(text))
  );
}

function isPlainName(target: Target): boolean {
  return isImageName(target) && !target.reference.includes('@');
}

/**
 * Returns whether a target is the name of an image, as a `FROM` line can have it: no file, and no
 * transport before it.
 */
export function isImageName({ reference, isPath, archive }: Target): boolean {
  const isName = parseTarget(reference).kind === 'name' && !isDocumentName(reference);
  return isName && isPath !== true && archive === undefined;
}

/** @throws AssayError `USAGE` for a typed `--limit` where no siblings are chosen */
function refuseLimit({ flags }: Session): void {
  if (flags.from('limit') !== 'flag') return;
  throw new AssayError('USAGE', '--limit counts siblings, and no siblings are chosen here', {
    hint: 'Leave out --limit, or name one image alone.',
  });
}

function readLimit({ flags }: Session): number {
  const text = flags.text('limit');
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = Number(text);
  if (/^\d+$/u.test(text) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw badValue('limit', text, `Give a number from 1 to ${MAX_LIMIT}.`);
}
