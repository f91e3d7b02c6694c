/** `assay push`: releases an image that passes the gate. */

import { AssayError } from '../../../../core/base/errors.ts';
import { pluralize } from '../../../../core/base/pluralize.ts';
import { wantsAttestedVex } from '../../../config/exception-files.ts';
import { EXIT_CODES, runExitCode } from '../../../../core/model/report/exit-codes.ts';
import type { Report } from '../../../../core/model/report/report.ts';
import type { TrustOutcome } from '../../../../core/model/report/trust-outcome.ts';
import { parseFailOn } from '../../../../scan/policy/fail-on.ts';
import { isExitCodeGate } from '../../../../scan/policy/gate.ts';
import { NO_POLICY, type PolicyOptions } from '../../../../scan/policy/options.ts';
import { imageRevisionOutcome } from '../../../../tasks/provenance/image-revision.ts';
import {
  pushImage,
  type AttachedDocument,
  type PushedImage,
  type PushOutcome,
} from '../../../../tasks/release/push.ts';
import {
  ownSignature,
  pushOutcome,
  type PushedBy,
  type PushSigner,
} from '../../../../tasks/release/push-trust.ts';
import type { SignatureJudgment } from '../../../../trust/signing/judgment.ts';
import type { Signatory } from '../../../../trust/signing/signature.ts';
import { ATTESTATION_TYPES } from '../../../../trust/trust-file/attestation-types.ts';
import type { FoundTrustFile } from '../../../../trust/trust-file/find-trust-file.ts';
import { checkWritable, type Output } from '../../print/outputs.ts';
import { formatBytes } from '../../print/progress.ts';
import { planReports, writeReports } from '../../print/report-output.ts';
import { printVerdict } from '../../print/verdict-output.ts';
import { readScanOptions, runRequest, type ScanOptions } from '../../shell/options/scan-options.ts';
import { openTrustFile } from '../../shell/options/trust-options.ts';
import { usesColor } from '../../shell/run-context.ts';
import type { CommandModule, Session } from '../command.ts';
import { attestedVexQuestion } from '../sign/attested-vex.ts';
import {
  prepareNamedSignatory,
  readNamedSignatory,
  type ReadySignatory,
} from '../sign/named-signatory.ts';
import { nameIn } from '../sign/image-place.ts';
import { PUSH_FLAGS } from './flags.ts';
import { openPlace } from './named-place.ts';
import { copiesSignatures, signatureJudges } from './push-signatures.ts';
import { openCommits, verifyCommits } from './push-commits.ts';
import {
  openSourceSignatures,
  readPushEnds,
  sourceRegistry,
  type PushEnds,
} from './push-target.ts';

/** The gate of a push that names none. */
const USUAL_GATE = 'critical+fixable';
const NAME_HINT =
  'Name the repository that the image is meant for, as in --repository ghcr.io/acme/app.';

export const push: CommandModule = {
  usage: 'SRC REF',
  description:
    'Scans an image with all its platforms, and pushes it only if the gate passes. SRC is anything that "assay image" reads; REF is its name in a registry, with a tag, or oci:FOLDER:TAG for an OCI layout. Without a gate, --fail-on critical+fixable is used. The blobs are copied first, then the manifests by digest, then the signatures of --sign-key or --identity-token, and the tag last: what it leads to is complete. Manifests are copied byte for byte; an image without one, as of docker save, gets a manifest of OCI and layers of gzip. Standard output has the digest alone, as in ghcr.io/acme/app@sha256:..., and nothing if the image was not pushed; the report goes to standard error, or to the files of -o.',
  flags: PUSH_FLAGS,
  examples: [
    {
      command: 'assay push ./app.tar ghcr.io/acme/app:1.2 --fail-on high+fixable',
      purpose: 'push what docker save wrote, if nothing high or critical has a fix',
    },
    {
      command: 'assay push docker-daemon:app:1.2 ghcr.io/acme/app:1.2 --sign-key team.key',
      purpose: 'from the Docker of this machine, and sign it',
    },
    {
      command:
        'assay push oci:build:1.2 ghcr.io/acme/app:1.2 --tag-only-if-absent -o json=report.json',
      purpose: 'never move a tag, and keep the report',
    },
    {
      command:
        'assay push oci:build:1.2 ghcr.io/acme/app:1.2 --commits --trust v1.1:assay.trust.yaml',
      purpose: 'only if all commits since the last signed tag are signed by those who may',
    },
    {
      command: 'assay push docker-daemon:app:1.2 oci:handover:1.2',
      purpose: 'into an OCI layout, for a network without a registry',
    },
  ],
  run: async (session) => {
    const ends = readPushEnds(session);
    const outputs = await planReports(session);
    const repository = await openCommits(session);
    const trustFile = await openTrustFile(session, repository?.top);
    const options = await readScanOptions(session, [ends.source], trustFile);
    refuseRulesAlone(options);
    await checkWritable(outputs, session.io.cwd);
    const targets = options.targets.map((target) => ({
      ...target,
      registry: sourceRegistry(target.registry, ends),
    }));
    const policy = withTrustFile(gateOf(session, options.policy), trustFile);
    const place = await openPlace(session, ends.target);
    const signer = await readySigner(session);
    if (signer !== undefined) nameIn(place, NAME_HINT);
    const verified = repository && (await verifyCommits(session, repository, trustFile));
    const judge = await pushJudge(trustFile, ends, {
      commits: verified?.kind ?? 'none',
      copiesSignatures: copiesSignatures(session, ends),
      now: session.context.now(),
    });
    const { own, ...trust } = judge(signer?.who);
    const signatures = await signatureJudges(session, ends, trustFile, own);
    const outcome = await pushImage(
      {
        scan: {
          ...runRequest(session, { ...options, targets, policy, trust }),
          ...(verified !== undefined && {
            judgeClaims: (artifacts) => imageRevisionOutcome(artifacts, verified),
          }),
          ...(wantsAttestedVex(session) && {
            attestedVex: attestedVexQuestion(session, { hasIdentity: false }),
          }),
        },
        ...signatures,
        place,
        isTagKept: session.flags.isOn('tag-only-if-absent'),
        ...(signer !== undefined && {
          openSignatory: () => signer.open(),
          confirmSignatory: (signatory) => {
            confirmCertificate(signatory, judge);
          },
        }),
        ...(session.flags.isOn('with-signatures') && {
          openSignatures: (content) => openSourceSignatures(session, ends, content),
        }),
        documents,
      },
      session.context,
    );
    await writeReport(session, outcome, outputs);
    return answer(session, ends, outcome);
  },
};

/** A push is decided by the vulnerabilities of the image, whatever else is looked for. */
function refuseRulesAlone({ scanners, wantsAdvisories }: ScanOptions): void {
  if (scanners === undefined || wantsAdvisories) return;
  throw new AssayError(
    'USAGE',
    `a push needs the vulnerabilities of the image: --scanners ${scanners.join(',')}`,
    { hint: `Write --scanners vuln,${scanners.join(',')}.` },
  );
}

/** Nothing is signed without a flag: a signature for an identity publishes its name in a log. */
async function readySigner(session: Session): Promise<ReadySignatory | undefined> {
  const { flags } = session;
  const isAsked = ['sign-key', 'identity-token'].some((name) => flags.text(name) !== undefined);
  return isAsked ? prepareNamedSignatory(session, readNamedSignatory(session)) : undefined;
}

/** Returns the bill of materials. */
async function documents(report: Report): Promise<readonly AttachedDocument[]> {
  const { renderReport } = await import('../../../../scan/report/index.ts');
  const pieces: string[] = [];
  for await (const piece of renderReport(report, 'cyclonedx')) pieces.push(piece);
  return [
    { predicateType: ATTESTATION_TYPES.cyclonedx, predicate: Buffer.from(pieces.join('').trim()) },
  ];
}

/** Lists a trust file that the user did not name among the files that changed the verdict. */
function withTrustFile(policy: PolicyOptions, found: FoundTrustFile | undefined): PolicyOptions {
  const path = found?.implicitPath;
  if (path === undefined) return policy;
  return { ...policy, implicit: [...(policy.implicit ?? []), { path, kind: 'trust' }] };
}

/** A push always has a gate. */
function gateOf(session: Session, given: Partial<PolicyOptions> | undefined): PolicyOptions {
  const policy = { ...NO_POLICY, command: session.typed, ...given };
  if (judgesFindings(policy)) return policy;
  session.context.log.info(`no gate is given: the image must pass --fail-on ${USUAL_GATE}`);
  const { exitCode } = policy;
  return {
    ...policy,
    failOn: parseFailOn(USUAL_GATE),
    exitCode: exitCode === undefined || exitCode === 0 ? EXIT_CODES.findings : exitCode,
  };
}

/**
 * Returns whether findings decide. Rules about tampering, evidence or exceptions alone would let
 * every finding pass.
 */
function judgesFindings(policy: PolicyOptions): boolean {
  const { failOn, forbid = [] } = policy;
  return (
    policy.policy !== undefined || failOn.length > 0 || forbid.length > 0 || isExitCodeGate(policy)
  );
}

/** Judges a push by its signer. */
type PushJudge = (signer: PushSigner | undefined) => TrustOutcome & {
  /** The signature that the push will make, if it counts for REF. */
  readonly own: readonly SignatureJudgment[];
};

/**
 * Returns what the trust file says about the push; the scan judges what it says about the image.
 */
async function pushJudge(
  found: FoundTrustFile | undefined,
  { target }: PushEnds,
  facts: Pick<PushedBy, 'commits' | 'copiesSignatures' | 'now'>,
): Promise<PushJudge> {
  if (found === undefined) return () => ({ problems: [], held: [], own: [] });
  const { loadTrustedKeys } = await import('../../../../trust/signing/trusted-keys.ts');
  const keys = await loadTrustedKeys(found);
  const { trust, warning } = found;
  const isSaid = trust.registries !== undefined || trust.baseImages !== undefined;
  return (signer) => {
    const push: PushedBy = {
      ...{ trust, keys, ...facts, shown: target.shown },
      ...(target.name !== undefined && { target: { ...target.name, tag: target.tag } }),
      ...(signer !== undefined && { signer }),
    };
    const outcome = { ...pushOutcome(push), own: ownSignature(push) };
    return warning === undefined || isSaid ? outcome : { ...outcome, warnings: [warning] };
  };
}

/**
 * Judges the push again by the certificate that was issued, which the token only announced.
 *
 * @throws AssayError `CONTENT_MISMATCH` if it does not count for a rule
 */
function confirmCertificate({ certificate }: Signatory, judge: PushJudge): void {
  if (certificate === undefined) return;
  const [problem] = judge({ kind: 'certificate', identity: certificate }).problems;
  if (problem === undefined) return;
  throw new AssayError('CONTENT_MISMATCH', problem.message, {
    hint: 'Nothing was signed. Use a token of an identity that counts, or correct the trust file.',
  });
}

/**
 * Standard output is for the digest alone, so a report without a file goes to standard error. With
 * `--quiet` only the verdict does, in one line.
 */
async function writeReport(
  session: Session,
  { report }: PushOutcome,
  outputs: readonly Output[],
): Promise<void> {
  const { io, say, flags } = session;
  const reporting = { ...session, write: say, color: usesColor(io, io.stderr) };
  const wanted = flags.isOn('quiet') ? outputs.filter(({ path }) => path !== undefined) : outputs;
  await writeReports(reporting, report, wanted);
  await printVerdict(session, report, wanted);
}

async function answer(
  session: Session,
  { target }: PushEnds,
  { report, pushed }: PushOutcome,
): Promise<number> {
  const { shown, kind } = target;
  if (pushed === undefined) {
    const why = report.verdict.isDryRun === true ? 'this is a dry run' : 'the gate did not pass';
    const nothing = kind === 'layout' ? 'written to the layout' : 'sent to the registry';
    await session.say(`${shown} was not pushed: ${why}. Nothing was ${nothing}.\n`);
    const code = runExitCode(report);
    const isPass = report.verdict.status === 'pass' || report.verdict.isDryRun === true;
    return code === 0 && !isPass ? EXIT_CODES.findings : code;
  }
  if (!session.flags.isOn('quiet')) await session.say(`Pushed ${shown}: ${summaryOf(pushed)}.\n`);
  await session.write(`${target.pinned(pushed.digest)}\n`);
  return EXIT_CODES.pass;
}

function summaryOf(pushed: PushedImage): string {
  const { there, mounted, uploaded, uploadedBytes } = pushed;
  const { signatureCount, attestationCount, copiedCount } = pushed;
  const signed =
    signatureCount === 0
      ? 'not signed'
      : `${pluralize(signatureCount, 'signature')}, ${pluralize(attestationCount, 'attestation')}`;
  const copied =
    copiedCount === undefined
      ? ''
      : `; ${pluralize(copiedCount, 'manifest')} with signatures or other referrers copied`;
  return `${pluralize(uploaded, 'blob')} uploaded (${formatBytes(uploadedBytes)}), ${mounted} mounted, ${there} already there; ${signed}${copied}`;
}
