/**
 * All finders: one row a format. The code behind a row is loaded when a file is accepted by its
 * name.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { isComposePath } from '../../../formats/text/compose-name.ts';
import {
  canBeDockerfileName,
  isDockerfileName,
} from '../../../formats/text/dockerfile/dockerfile-name.ts';
import type { Finder } from '../finder.ts';
import { isRequirementsName } from './requirements-name.ts';
import {
  isActionPath,
  isAzurePath,
  isBitbucketPath,
  isCirclePath,
  isGitlabPath,
  isHelmTemplatePath,
  isHelmValuesPath,
  isKustomizationPath,
  isPreCommitPath,
  isWorkflowPath,
  isYaml,
} from './yaml-file-names.ts';

/** A finder in the list. */
export interface FinderRow {
  /** Stable id: the name of the file without its ending. */
  readonly id: string;
  /** The format for people, as in `Dockerfile`. */
  readonly name: string;
  /** The files that are recognized, for the documentation. */
  readonly files: string;
  /**
   * Returns whether the finder reads files of this path: relative to the root, with `/` between its
   * parts. `isAlone` is true for a file that the user named as the target: then a name is accepted
   * that would not be recognized in a directory, if the format is clear. The test is cheap: it runs
   * for each path of a tree.
   */
  accepts(path: string, isAlone: boolean): boolean;
  load(): Promise<Finder>;
}

/** All finders. A file that several accept is read by each of them, in this order. */
export const FINDERS: readonly FinderRow[] = [
  {
    id: 'dockerfile',
    name: 'Dockerfile',
    files: 'Dockerfile, Containerfile, Dockerfile.*, *.dockerfile',
    accepts: (path, isAlone) => (isAlone ? canBeDockerfileName(path) : isDockerfileName(path)),
    load: async () => (await import('./dockerfile.ts')).dockerfile,
  },
  {
    id: 'compose',
    name: 'Compose file',
    files: 'compose.yaml, docker-compose.yml, compose.*.yaml, *.compose.yaml',
    accepts: named(isComposePath),
    load: async () => (await import('./compose.ts')).compose,
  },
  {
    id: 'kubernetes',
    name: 'Kubernetes manifest',
    files: '*.yaml and *.yml with apiVersion and kind',
    accepts: isYaml,
    load: async () => (await import('./kubernetes.ts')).kubernetes,
  },
  {
    id: 'kustomization',
    name: 'kustomization',
    files: 'kustomization.yaml, kustomization.yml, Kustomization',
    accepts: named(isKustomizationPath),
    load: async () => (await import('./kustomization.ts')).kustomization,
  },
  {
    id: 'helm-values',
    name: 'values of a Helm chart',
    files: 'values.yaml, values-*.yaml, *-values.yaml, values/*.yaml',
    accepts: isHelmValuesPath,
    load: async () => (await import('./helm-values.ts')).helmValues,
  },
  {
    id: 'helm-template',
    name: 'template of a Helm chart',
    files: 'templates/**/*.yaml and *.tpl',
    accepts: isHelmTemplatePath,
    load: async () => (await import('./helm-template.ts')).helmTemplate,
  },
  {
    id: 'github-workflow',
    name: 'GitHub workflow',
    files: '.github/workflows/*.yml and *.yaml',
    accepts: named(isWorkflowPath),
    load: async () => (await import('./github-workflow.ts')).githubWorkflow,
  },
  {
    id: 'github-action',
    name: 'GitHub action',
    files: 'action.yml, action.yaml',
    accepts: named(isActionPath),
    load: async () => (await import('./github-action.ts')).githubAction,
  },
  {
    id: 'gitlab-ci',
    name: 'GitLab pipeline',
    files: '.gitlab-ci.yml, *.gitlab-ci.yml, .gitlab/ci/**/*.yml',
    accepts: named(isGitlabPath),
    load: async () => (await import('./gitlab-ci.ts')).gitlabCi,
  },
  {
    id: 'circleci',
    name: 'CircleCI configuration',
    files: '.circleci/*.yml',
    accepts: named(isCirclePath),
    load: async () => (await import('./circleci.ts')).circleci,
  },
  {
    id: 'azure-pipelines',
    name: 'Azure pipeline',
    files: 'azure-pipelines*.yml, .azure-pipelines/**/*.yml',
    accepts: named(isAzurePath),
    load: async () => (await import('./azure-pipelines.ts')).azurePipelines,
  },
  {
    id: 'bitbucket-pipelines',
    name: 'Bitbucket pipeline',
    files: 'bitbucket-pipelines.yml',
    accepts: named(isBitbucketPath),
    load: async () => (await import('./bitbucket-pipelines.ts')).bitbucketPipelines,
  },
  {
    id: 'pre-commit',
    name: 'pre-commit configuration',
    files: '.pre-commit-config.yaml',
    accepts: named(isPreCommitPath),
    load: async () => (await import('./pre-commit.ts')).preCommit,
  },
  {
    id: 'devcontainer',
    name: 'dev containers',
    files: 'devcontainer.json, .devcontainer.json',
    accepts: (path) => /^\.?devcontainer\.json$/u.test(baseName(path)),
    load: async () => (await import('./devcontainer.ts')).devcontainer,
  },
  {
    id: 'requirements',
    name: 'requirements.txt',
    files: 'requirements.txt, *-requirements.txt, requirements-*.txt, requirements/*.txt',
    accepts: isRequirementsName,
    load: async () => (await import('./requirements.ts')).requirements,
  },
];

/** Accepts a file by its path; a file of YAML that is read alone, by its content. */
function named(isPath: (path: string) => boolean): FinderRow['accepts'] {
  return (path, isAlone) => isPath(path) || (isAlone && isYaml(path));
}
