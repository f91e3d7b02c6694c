/**
 * A project of CocoaPods and what it requests: `Podfile`.
 *
 * Source: the CocoaPods guides, "Podfile Syntax Reference" and "Using CocoaPods". The file is a
 * program of Ruby and is not run: lines that begin with `pod` are read. Written rules: `'1.2.5'`
 * and `'= 1.2.5'` are one version, several requirements are one range. A subspec (`Name/Part`) is a
 * part of its pod. A pod of a directory (`:path`) is no request; one of a repository or of a
 * podspec is, without a version. `podspec` and helpers such as `use_native_modules!` take the
 * requests of other files, which are programs too: they are not known. Nothing is refused.
 */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { exactlyAllowed } from '../../../core/version/index.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { joinContinuedLines, readRequirementArguments } from '../ruby-arguments.ts';

const ASKED =
  /^[ \t]*pod[ \t(]{1,20}(?<quote>["'])(?<name>[^"'\s]{1,300})\k<quote>(?<rest>(?:.*,[ \t]*\r?\n){0,20}.*)$/gm;
const POD =
  /^[ \t]*pod[ \t(]{1,20}(?<quote>["'])(?<name>[^"'\s/]{1,300})(?:\/[^"'\s]{1,300})?\k<quote>(?<rest>[^]{0,4000})$/;
const COMPUTED_POD = /^[ \t]*pod[ \t(]{1,20}(?!["'])[A-Za-z_$@*[]/;
const FOLDER = /\bpath(?::|["']?\s*=>)/;
const ELSEWHERE = /\b(?:git|podspec|http)(?::|["']?\s*=>)/;
const OTHERS =
  /^[ \t]*(?:[\w.]{1,50}\s*=\s*)?(?<call>podspec|use_native_modules!|use_react_native!|eval|instance_eval|load|require_relative)(?=[ \t(]|$)/m;
/** Calls within a line, as in a block in braces, and calls that do not look like one. */
const OTHER_CALL =
  /[^\s.:@$\w][ \t]*pod[ \t(]{1,20}[^\s=]|\b(?:do|then|else)[ \t]+pod[ \t(]|\bdo[ \t]*\|[^|]*\|[ \t]*pod\b|\bself\.pod\b|\b(?:__send__|send|public_send|method)[ \t(]{1,10}:pod\b/;
const TEXTS_AND_COMMENT = /"[^"]*"|'[^']*'|#.*$/g;
const COMMENT = /^[ \t]*#.*$/gm;

export const podfile: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes()).replaceAll(COMMENT, '');
    const requests = new Map<string, RequestedPackage>();
    const lines = text.split('\n');
    let isComputed = false;
    for (const [index, line] of lines.entries()) {
      isComputed ||= COMPUTED_POD.test(line) || callsOtherwise(line);
      const request = readPod(joinContinuedLines(lines, index), index + 1);
      // A subspec without a requirement belongs to the pod that has one.
      if (request !== undefined && (request.range !== '' || !requests.has(request.name))) {
        requests.set(request.name, request);
      }
    }
    const call = OTHERS.exec(text)?.groups?.['call'];
    const computed =
      call === undefined
        ? isComputed && 'computes the names of pods'
        : `takes dependencies from other files ("${call}")`;
    result.requests({
      requests: [...requests.values()],
      leavesIndirect: true,
      addsPins: true,
      ...(computed !== false && { computed }),
    });
    return result.done();
  },
};

/** Yields the names of the pods, without those of folders. */
export function* requiredPods(bytes: Uint8Array): Generator<string> {
  for (const { groups } of new TextDecoder().decode(bytes).matchAll(ASKED)) {
    if (!FOLDER.test(groups?.['rest'] ?? '')) yield groups?.['name'] ?? '';
  }
}

function callsOtherwise(line: string): boolean {
  return line.includes('pod') && OTHER_CALL.test(line.replaceAll(TEXTS_AND_COMMENT, '""'));
}

function readPod(statement: string, line: number): RequestedPackage | undefined {
  const { name, rest = '' } = POD.exec(statement)?.groups ?? {};
  if (name === undefined || FOLDER.test(rest)) return undefined;
  const range = ELSEWHERE.test(rest) ? '' : readRequirementArguments(rest).join(', ');
  const version = range === '' ? undefined : exactlyAllowed('gem', range);
  return { name, range, line, ...(version !== undefined && { version }) };
}
