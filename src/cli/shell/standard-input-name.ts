/** How standard input is named, as trivy and tar do: `-`, and images of an archive in it `-:NAME` and `-@DIGEST`. */

const FORM = /^-(?:[:@]|$)/u;

/** No flag begins so. */
export function isStandardInput(arg: string): boolean {
  return FORM.test(arg);
}
