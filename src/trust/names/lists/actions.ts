/** Well-known actions of GitHub by their owner, without an order. Written by hand. */
export const ACTION_NAMES = `
8398a7: action-slack
ad-m: github-push-action
actions: add-to-project ai-inference attest attest-build-provenance attest-sbom cache checkout configure-pages create-github-app-token create-release delete-package-versions dependency-review-action deploy-pages download-artifact first-interaction github-script hello-world-javascript-action javascript-action jekyll-build-pages labeler publish-action setup-dotnet setup-elixir setup-go setup-haskell setup-java setup-node setup-python setup-ruby stale toolkit typescript-action upload-artifact upload-pages-artifact upload-release-asset
actions-cool: issues-helper maintain-one-comment
actions-js: push
actions-rs: audit-check cargo clippy-check install tarpaulin toolchain
actions-rust-lang: setup-rust-toolchain
actions-ecosystem: action-add-labels action-create-comment action-remove-labels
addnab: docker-run-action
akhileshns: heroku-deploy
amannn: action-semantic-pull-request
anchore: sbom-action scan-action
andymckay: labeler cancel-action
android-actions: setup-android
anothrNick: github-tag-action
ansys: actions
appleboy: lambda-action scp-action ssh-action telegram-action discord-action
aquasecurity: trivy-action tfsec-action setup-trivy
arduino: setup-protoc setup-task
asdf-vm: actions
astral-sh: ruff-action setup-uv
ATiltedTree: setup-rust
avto-dev: markdown-lint
aws-actions: amazon-ecr-login amazon-ecs-deploy-task-definition amazon-ecs-render-task-definition aws-cloudformation-github-deploy aws-codebuild-run-build configure-aws-credentials setup-sam
axel-op: googlejavaformat-action
azohra: shell-linter
Azure: aks-set-context appservice-settings arm-deploy cli container-scan docker-login functions-action k8s-deploy k8s-set-context login pipelines setup-helm setup-kubectl static-web-apps-deploy webapps-deploy
baptiste0928: cargo-install
battila7: get-version-action
benc-uk: workflow-dispatch
benchmark-action: github-action-benchmark
biomejs: setup-biome
browser-actions: setup-chrome setup-firefox setup-geckodriver
bridgecrewio: checkov-action
buildjet: cache
bufbuild: buf-action buf-breaking-action buf-lint-action buf-push-action buf-setup-action
burrunan: gradle-cache-action
c-hive: gha-npm-cache gha-yarn-cache
c-py: action-dotenv-to-setenv
cachix: cachix-action install-nix-action
cargo-bins: cargo-binstall
chromaui: action
chrnorm: deployment-action deployment-status
changesets: action
checkmarx: kics-github-action
chetan: git-restore-mtime-action
cla-assistant: github-action
cloudflare: pages-action wrangler-action
codacy: codacy-analysis-cli-action
codecov: codecov-action test-results-action
codespell-project: actions-codespell
CodSpeedHQ: action
coverallsapp: github-action
conda-incubator: setup-miniconda
conventional-changelog: commitlint
cpina: github-action-push-to-another-repository
crate-ci: typos
crazy-max: ghaction-docker-meta ghaction-github-labeler ghaction-github-pages ghaction-import-gpg ghaction-setup-docker ghaction-upx ghaction-virustotal ghaction-docker-buildx
cross-platform-actions: action
CycloneDX: gh-node-module-generatebom gh-dotnet-generate-sbom
cycjimmy: semantic-release-action
cypress-io: github-action
dangoslen: dependabot-changelog-helper
danielpalme: ReportGenerator-GitHub-Action
dart-lang: setup-dart
DavidAnson: markdownlint-cli2-action
dawidd6: action-download-artifact action-send-mail action-homebrew-bump-formula action-ansible-playbook
denoland: setup-deno
dependabot: fetch-metadata
DeterminateSystems: magic-nix-cache-action nix-installer-action flake-checker-action update-flake-lock
devcontainers: ci action
docker: bake-action build-push-action login-action metadata-action scout-action setup-buildx-action setup-compose-action setup-docker-action setup-qemu-action
dominikh: staticcheck-action
dorny: paths-filter test-reporter
dotnet: nbgv
dtolnay: rust-toolchain
easimon: maximize-build-space
elgohr: Publish-Docker-Github-Action
EndBug: add-and-commit label-sync latest-tag
EmbarkStudios: cargo-deny-action
EnricoMi: publish-unit-test-result-action
erlef: setup-beam setup-elixir
expo: expo-github-action
extractions: setup-just setup-crate
FirebaseExtended: action-hosting-deploy
fkirc: skip-duplicate-actions
fountainhead: action-wait-for-check
Gr1N: setup-poetry
GabrielBB: xvfb-action
gaurav-nelson: github-action-markdown-link-check
geekyeggo: delete-artifact
getsentry: action-release action-github-app-token
github: codeql-action super-linter issue-metrics stale-repos
gitleaks: gitleaks-action
GitGuardian: ggshield-action ggshield
golang: govulncheck-action
golangci: golangci-lint-action
google: clusterfuzzlite osv-scanner-action yamlfmt
google-github-actions: auth deploy-appengine deploy-cloud-functions deploy-cloudrun get-gke-credentials get-secretmanager-secrets release-please-action run-gemini-cli setup-gcloud ssh-compute upload-cloud-storage
GoogleCloudPlatform: github-actions
googleapis: release-please-action
goreleaser: goreleaser-action goreleaser-cross
gradle: actions gradle-build-action wrapper-validation-action
grafana: k6-action setup-k6-action run-k6-action
graalvm: setup-graalvm
hadolint: hadolint-action
hashicorp: setup-packer setup-terraform setup-vault vault-action tfc-workflows-github setup-copywrite
haskell-actions: setup
haya14busa: action-cond
helm: chart-releaser-action chart-testing-action kind-action
hmarr: auto-approve-action debug-action
Homebrew: actions
hynek: build-and-inspect-python-package setup-cached-uv
ibiqlik: action-yamllint
icrawl: action-eslint
imjasonh: setup-crane setup-ko
ilammy: msvc-dev-cmd setup-nasm
infracost: actions
isort: isort-action
jakejarvis: s3-sync-action lighthouse-action
JamesIves: github-pages-deploy-action
jdx: mise-action
jetli: wasm-pack-action
JetBrains: qodana-action
jidicula: clang-format-action
JohnnyMorganz: stylua-action
joerick: cibuildwheel
julia-actions: cache julia-buildpkg julia-docdeploy julia-processcoverage julia-runtest setup-julia
julianoes: Publish-Docker-Github-Action
juliangruber: read-file-action
jurplel: install-qt-action
jwalton: gh-docker-logs gh-find-current-pr
kenchan0130: actions-system-info
KyleMayes: install-llvm-action
leafo: gh-actions-lua gh-actions-luarocks
lewagon: wait-on-check-action
lycheeverse: lychee-action
LouisBrunner: checks-action
lukka: get-cmake run-cmake run-vcpkg
lowlighter: metrics
madrapps: jacoco-report
mamba-org: provision-with-micromamba setup-micromamba
maierj: fastlane-action
marocchino: sticky-pull-request-comment
marvinpinto: action-automatic-releases
mathieudutour: github-tag-action
matlab-actions: setup-matlab run-command run-tests
maxim-lobanov: setup-cocoapods setup-xcode setup-android-tools
medyagh: setup-minikube
oxsecurity: megalinter
metcalfc: changelog-generator
microsoft: playwright-github-action setup-msbuild vstest-action
mikepenz: action-junit-report release-changelog-builder-action action-gh-release
mikefarah: yq
mozilla-actions: sccache-action
msys2: setup-msys2
mshick: add-pr-comment
MishaKav: jest-coverage-comment pytest-coverage-comment
mxschmitt: action-tmate
myrotvorets: set-commit-status-action
mymindstorm: setup-emsdk
ncipollo: release-action
nektos: act
nick-fields: assert-action retry
nick-invision: retry
nixbuild: nix-quick-install-action
nowsprinting: check-version-format-action
nwtgck: actions-netlify
ocaml: setup-ocaml
octokit: graphql-action request-action
octo-sts: action
orhun: git-cliff-action
oven-sh: setup-bun
ossf: scorecard-action
pascalgn: automerge-action size-label-action
paambaati: codeclimate-action
peaceiris: actions-gh-pages actions-hugo actions-mdbook
peter-evans: close-issue create-issue-from-file create-or-update-comment create-pull-request dockerhub-description enable-pull-request-automerge find-comment repository-dispatch rebase slash-command-dispatch
peter-murray: workflow-application-token-action
phpstan: phpstan
pnpm: action-setup
pre-commit: action
preactjs: compressed-size-action
prefix-dev: setup-pixi
psf: black
pulumi: actions auth-actions
py-actions: flake8 py-dependency-install
py-cov-action: python-coverage-comment-action
pypa: cibuildwheel gh-action-pip-audit gh-action-pypi-publish hatch
pozil: auto-assign-issue
r-lib: actions
r0adkll: sign-android-release upload-google-play
raven-actions: actionlint
ravsamhq: notify-slack-action
ReactiveCircus: android-emulator-runner
readthedocs: actions
redhat-actions: buildah-build oc-installer openshift-tools-installer podman-login push-to-registry
release-drafter: release-drafter
renovatebot: github-action
returntocorp: semgrep-action
reviewdog: action-actionlint action-black action-eslint action-hadolint action-misspell action-setup action-shellcheck action-tflint action-golangci-lint action-suggester
rhysd: actionlint action-setup-vim
romeovs: lcov-reporter-action
rossjrw: pr-preview-action
rtCamp: action-slack-notify
ruby: setup-ruby
rui314: setup-mold
rustsec: audit-check
s0: git-publish-subdir-action
SamKirkland: FTP-Deploy-Action
samuelmeuli: action-electron-builder lint-action
sarisia: actions-status-discord
sbt: setup-sbt
schneegans: dynamic-badges-action
securego: gosec
semgrep: semgrep-action
shimataro: ssh-key-action
shivammathur: setup-php
shogo82148: actions-setup-perl actions-goveralls actions-setup-redis
sigstore: cosign-installer gh-action-sigstore-python scaffolding
slackapi: slack-github-action
slsa-framework: slsa-github-generator slsa-verifier
snok: install-poetry
snyk: actions
softprops: action-gh-release turnstyle
SonarSource: sonarcloud-github-action sonarqube-quality-gate-action sonarqube-scan-action
stefanbuck: github-issue-parser
stefanzweifel: git-auto-commit-action changelog-updater-action
step-security: harden-runner
streetsidesoftware: cspell-action
styfle: cancel-workflow-action
subosito: flutter-action
super-linter: super-linter
supabase: setup-cli
superfly: flyctl-actions
supercharge: mongodb-github-action redis-github-action
Swatinem: rust-cache
swift-actions: setup-swift
SwiftyLab: setup-swift
symfonycorp: security-checker-action
taiki-e: cache-cargo-install-action checkout-action create-gh-release-action install-action setup-cross-toolchain-action upload-rust-binary-action
tailscale: github-action
tauri-apps: tauri-action
technote-space: get-diff-action
teatimeguest: setup-texlive-action
terraform-linters: setup-tflint
test-summary: action
tibdex: github-app-token
tj-actions: changed-files branch-names verify-changed-files eslint-changed-files coverage-badge-py
toshimaru: auto-author-assign
treosh: lighthouse-ci-action
trufflesecurity: trufflehog
TryGhost: action-deploy-theme
tspascoal: get-user-teams-membership
tsickert: discord-webhook
vapier: coverity-scan-action
vedantmgoyal: winget-releaser
amondnet: vercel-action
vimtor: action-zip
voxmedia: github-action-slack-notify-build
volta-cli: action
webfactory: ssh-agent
wagoid: commitlint-github-action
WyriHaximus: github-action-get-previous-tag github-action-wait-for-status
wei: curl
xt0rted: pull-request-comment-branch
xu-cheng: latex-action texlive-action
yogevbd: enforce-label-action
yokawasa: action-setup-kube-tools
zaproxy: action-api-scan action-baseline action-full-scan
zizmorcore: zizmor-action
`;
