/**
 * Commands of other scanners that Assay does not have. They are refused by name: a job that was
 * written for another tool must not turn into a search for an image called `k8s`.
 *
 * Sources: trivy's documentation, "CLI Reference", versions 0.15 to 0.70; grype's documentation,
 * "CLI reference".
 */

/** The replacement of another tool's command. */
export interface ForeignCommand {
  /** One word, or two for an action of a group: `vex repo`. */
  readonly names: readonly string[];
  /** The tool that has the command; absent where several have it. */
  readonly tool?: 'trivy' | 'grype';
  /** Whole sentences and command lines, one a line. */
  readonly instead: string;
}

const CLUSTER = `Assay does not connect to clusters. List the images of a cluster, and scan them by their names:
kubectl get pods -A -o jsonpath='{.items[*].spec.containers[*].image}'
assay image NAME...`;

const LOGIN =
  'Log in to a registry with docker login HOST or podman login HOST, or give --username and --password-stdin.';

const EXTENSION =
  'Assay runs no code from outside. Programs can read its reports: -o json=FILE, docs/machine-formats.md';

/** Commands of other scanners that Assay does not have, each with its replacement. */
export const FOREIGN_COMMANDS: readonly ForeignCommand[] = [
  { names: ['kubernetes', 'k8s', 'kubectl'], tool: 'trivy', instead: CLUSTER },
  {
    names: ['vm'],
    tool: 'trivy',
    instead:
      'Mount the disk image and scan its root filesystem: assay rootfs DIR\nOn the machine itself: assay host',
  },
  {
    names: ['aws'],
    tool: 'trivy',
    instead: 'Assay does not check cloud accounts. Images of their registries: assay image NAME',
  },
  {
    names: ['cloud'],
    tool: 'trivy',
    instead: 'Assay has no cloud service and no account. Scan without it: assay image NAME',
  },
  { names: ['login', 'logout', 'auth'], tool: 'trivy', instead: LOGIN },
  { names: ['registry login', 'registry logout'], tool: 'trivy', instead: LOGIN },
  { names: ['plugin', 'p', 'module'], tool: 'trivy', instead: EXTENSION },
  {
    names: ['client', 'c'],
    tool: 'trivy',
    instead: 'There is no client mode. Scan where the command runs: assay image NAME',
  },
  {
    names: ['server', 's'],
    tool: 'trivy',
    instead:
      'Scan where the command runs: assay image NAME\nOne set of advisory data for many machines: assay db export, assay db import',
  },
  {
    names: ['vex repo'],
    tool: 'trivy',
    instead: 'VEX documents are files: assay image NAME --vex FILE',
  },
  {
    names: ['db check'],
    tool: 'grype',
    instead: 'The age of the data: assay db status\nNewer data: assay db update',
  },
  { names: ['db delete'], tool: 'grype', instead: 'Remove the data: assay clean --vuln-db' },
  {
    names: ['db list', 'db providers'],
    tool: 'grype',
    instead: 'What is loaded, and from where: assay db status',
  },
  {
    names: ['scan', 'container', 'dir', 'directory', 'packages'],
    instead:
      'An image: assay image NAME\nA directory of code: assay fs DIR\nA root filesystem: assay rootfs DIR',
  },
];

/** Returns the entry for a word, or for a group and its action. */
export function foreignCommand(name: string): ForeignCommand | undefined {
  return FOREIGN_COMMANDS.find(({ names }) => names.includes(name));
}
