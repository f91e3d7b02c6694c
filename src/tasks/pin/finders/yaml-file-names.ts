/**
 * The names by which formats of YAML are recognized. Paths have `/` between their parts and are
 * relative to the root.
 */

/** Tools that get the name of a file accept its ending in any case. */
const YAML = /\.ya?ml$/iu;

/** Returns whether a path has an ending of YAML. */
export function isYaml(path: string): boolean {
  return YAML.test(path);
}

const WORKFLOW = /(?:^|\/)(?:\.github\/workflows|workflow-templates)\/[^/]+\.ya?ml$/iu;
const ACTION = /(?:^|\/)action\.ya?ml$/iu;
const KUSTOMIZATION = /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/iu;
const HELM_VALUES =
  /(?:^|\/)(?:[^/]*[.-])?values(?:[.-][^/]*)?\.ya?ml$|(?:^|\/)values\/[^/]+\.ya?ml$/iu;
const HELM_TEMPLATE = /(?:^|\/)templates\/(?:[^/]+\/)*[^/]+\.(?:ya?ml|tpl)$/iu;
const GITLAB =
  /(?:^|\/)(?:[^/]*\.gitlab-ci\.ya?ml|\.gitlab(?:-ci(?:\.d)?|\/ci)\/(?:[^/]+\/)*[^/]+\.ya?ml)$/iu;
const CIRCLE = /(?:^|\/)\.circleci\/(?:[^/]+\/)*[^/]+\.ya?ml$/iu;
const AZURE =
  /(?:^|\/)(?:[^/]*azure-pipelines?[^/]*\.ya?ml|\.?azure-pipelines\/(?:[^/]+\/)*[^/]+\.ya?ml)$/iu;
const BITBUCKET = /(?:^|\/)bitbucket-pipelines\.ya?ml$/iu;
const PRE_COMMIT = /(?:^|\/)\.pre-commit-config\.ya?ml$/iu;

/** Returns whether the path is one of a workflow of GitHub. */
export const isWorkflowPath = (path: string): boolean => WORKFLOW.test(path);
/** Returns whether the name is one of the metadata of a GitHub action. */
export const isActionPath = (path: string): boolean => ACTION.test(path);
/** Returns whether the name is one of a kustomization. */
export const isKustomizationPath = (path: string): boolean => KUSTOMIZATION.test(path);
/** Returns whether the name is one of the values of a Helm chart. */
export const isHelmValuesPath = (path: string): boolean => HELM_VALUES.test(path);
/** Returns whether the path can be one of a template of a Helm chart. */
export const isHelmTemplatePath = (path: string): boolean => HELM_TEMPLATE.test(path);
/** Returns whether the path is one of a configuration of GitLab CI. */
export const isGitlabPath = (path: string): boolean => GITLAB.test(path);
/** Returns whether the path is one of a configuration of CircleCI. */
export const isCirclePath = (path: string): boolean => CIRCLE.test(path);
/** Returns whether the path is one of a pipeline of Azure. */
export const isAzurePath = (path: string): boolean => AZURE.test(path);
/** Returns whether the name is one of a pipeline of Bitbucket. */
export const isBitbucketPath = (path: string): boolean => BITBUCKET.test(path);
/** Returns whether the name is one of a configuration of pre-commit. */
export const isPreCommitPath = (path: string): boolean => PRE_COMMIT.test(path);
