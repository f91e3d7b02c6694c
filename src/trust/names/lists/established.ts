/**
 * Names that resemble a well-known one and belong to projects of their own: many people use them,
 * or Debian ships them. They are never taken for an imitation, and nothing is compared with them.
 */

import type { NameSpace } from '../name-form.ts';

/** Established names by their registry, separated by white space. */
export const ESTABLISHED_NAMES: Partial<Record<NameSpace, string>> = {
  npm: `
7zip-min @bramus/specificity @npm/types @storyblok/react @storyblok/vue @tippy.js/react @types/esrecurse
@vicons/material CBuffer CSSselect CSSwhat JSON2 accept an-array angular-animations angular-material
angular-route ansi-grey ansicolor apng-js apollo-cache-persist appium-base-driver appium-sdb appium-support
args-parser array-shuffle array.find array.from as-number ascii-table3 ascli asn1-ts assign-deep ast-types-x
auth automd aws-sign axe-reporter-html azure-arm-resource azure-arm-storage azure-asm-storage b-validate
babel-7-plugin-root-import babel-helper-module-imports babel-plugin-transform-dynamic-import
babel-preset-es2015-node babel-preset-preact babel-preset-vue-app backo badgen bare-ws base-58 batch2
bcrypt-ts bcrypto better-all bignum binarysearch blob-stream bloom-filter bmocha bootstrap-scss bplist
browser-detect bthreads bufferjs bufferstream bugsnag-js bugsnag-sourcemaps bulma-switch bundlesize2 byte
calendar cashify cbor2 chartjs check-type child-process chroma.ts chrome-types chunk chunkify cint ckeditor
ckeditor4 classie classix cline clonedeep clones cloudflared cmake-ts coffi collapse-whitespace color-2-name
color-id color-js color-namer color.js colour combined-stream2 common-dir compare-semver console
convert-string cookie-jar cookie-universal cookie.js cookiejs cookieparser cramda crc32 crel cross-os
crypto-es crypto-ts crypto2 cson cson-parser csp-parse csrf-csrf css-font-parser css-inline css-stringify
css-values csv-loader cycled cypress-grep cz-git d3-dag d3-tile datejs datetime dbug deep-clone deeper
defaulty define deprecate dequeue diagnostics_channel did-you-mean diff-json dom-testing-library dom-utils
domhelper dtsgenerator durations each-async each-series each-series-async east eclint edn-data ejs-lint ejson
electron-notarize electron-osx-sign electron-rebuild emitter emotion-server emotion-utils enable es-map es-set
es6-promise-promise es6-template es6template es7-shim esbuild-jest2 eslint-config-preact
eslint-config-react-native eslint-formatter-friendly eslint-plugin eslint-plugin-emotion eslint-plugin-headers
eslint-plugin-i eslint-plugin-i18n-text eslint-plugin-jsx eslint-plugin-lint eslint-plugin-lodash-f
eslint-plugin-md eslint-plugin-next eslint-plugin-react-jss eslint-plugin-regex eslint-plugin-rxjs-x
eslint-plugin-unicorn-x eslint-plugin-yaml eslint_d esm-utils esnext ethereumjs-common eventie eventlistener
evp-bytestokey execSync exif exists-file expo-cli express-joi-validation extend2 extendr fake fastify-compress
fastify-cookie fastify-cors fastify-error fastify-formbody fastify-helmet fastify-jwt fastify-multipart
fastify-rate-limit fastify-static fastify-swagger favico.js fd-slicer2 fetch-mock-jest fetch-polyfill file
file-size filter-array find-package findit firebaseui fitty flag floating-ui-devtools fluent-syntax fmerge
font-face-observer fontsource-roboto form-data2 formats formdata frontmatter fs-extra-p fs-temp fs.extra
fs.promises funtypes fuzzysearch geojson-types get-json get-prototype-of getstream git-cliff git-source
gl-mat2 gl-mat3 global-jsdom google-maps-react gpt3-tokenizer graphql-codegen-core
graphql-codegen-plugin-helpers graphql-toolkit grunt-tslint gtts gulp-batch gulp-change gulp-tar hamljs
has-own hash-object hash-string hasher hex-rgba hex-to-hsl highlighter highlightjs hooks hooper html-es6cape
html-escape html-parse-stringify2 html5-tag htmlparser http-browserify http-proxy-3 http-status-code http2
httperrors httpx hypher i18n-2 icalendar iftype imagesize import-locals indent index-of inherit inquirer2
inwasm ip-bigint ip-cidr is-array is-class is-color is-email is-node is-platform is-shallow-equal is-uri
is-zip isbuffer iscroll isite isnumber iso-url isostring isutf8 it-buffer it-glob it-to-stream its-set
jasminewd jest-emotion jest-esbuild jest-xunit jets jgrowl jotai-x js-logger jsdoc-x jsdoc2 json-e json-editor
json-lines json-nd json-parse-safe json-parser json-patch json-path json-schema-migrate-x json-stream
json-templates json2md json5-loader json8 json_ jsonpatch jsonref jsonstream2 jspath jssip jstree jsurl
jsx-dom juration just-validate justypes jxLoader kea-router kebabcase keccak256 kindof koa-cors koa-multer
koa-route later ldapts level-ws lezer-json5 libpq libsql-linux-x64-gnu libsql-linux-x64-musl link load-script2
loads lodash-compat lodash-reescape lodash-reevaluate lodash._basefind lodash._topath lodash.eq lodash.gt
lodash.gte lodash.isnative lodash.max lodash.slice lru-memoize lrucache lucide-preact mailgun-js marge
markdown-link marksy match-at match-iz matched material-ui-pickers mdn-browser-compat-data mdx-embed
media-type memize memory-stream mersennetwister micri mk-dirs mkdir mkdir-p mkdirp2 mkpath mmd-parser
mocha-junit-reporters mocha-tap-reporter mock.js mocks mongo motion-v mpromise ms.macro msgpack5 multi-part
multimath nanotime nanotimer netlify-headers-parser netlify-redirect-parser next-bundle-analyzer next-cookies
next-env ng-infinite-scroll no-op node-req node-res node-ts nodeunit-x nomnoml nomnomnomnom nookies
normalize-scss normalizeurl notion-utils notp npm-bundle npm-paths npmconf nprogress-v2 nspell nuxt-icon
nuxt-icons nylas o-stream object-get object-key object-values object_values objectpath of-type oniguruma-to-js
openapi openapi-ts openapi-zod opentelemetry-instrumentation-express opentelemetry-instrumentation-kafkajs
opentelemetry-instrumentation-ws opt-cli option-t os-utils otp-generator ouch p-sleep p-throttler package.json
parse parse-curl parse-data-url parse-git-url parse-import parse-key parse-lcov parse-server parse-uri
passport-google-oauth2 passport-oauth1 pastable path-absolute path-normalize path-object path-parser path.js
percy-client pino-nestjs pipe pix-utils playwright-test polkadot-api pom-parser postcss-svg postgrejs
preact-router preact-transition-group prerender prettierx prexit promise-fs promise.any promised-retry
promised-timeout promish protobuf.js protoc-gen-js ps-node pug-lint pullstream punycode2 purecss
putil-promisify qhistory qs-stringify queue-promise r-package-json radashi radius rails-ujs rambdax
random-seed random-string rdf-parse react-axe react-chartjs react-codemirror react-collapsed react-cookies
react-custom-scrollbars-4 react-delay react-dropdown react-event-hook react-fa react-flow react-focus-trap
react-force-graph-3d react-gsap react-hooks-testing-library react-hot-keys react-html-parser react-if
react-intersection-observer-hook react-komposer react-lazy-load react-monaco-editor react-movable
react-native-gradle-plugin react-native-navigation react-native-os react-native-shake
react-native-testing-library react-navigation-drawer react-navigation-stack react-plotlyjs react-popover
react-ranger react-router5 react-scrollbars-custom react-stick react-table-6 react-three-fiber react-toggled
react-uuid react-vis reactable readable-stream-node-to-web readdir recast-x redis-json reds reduce
reduce-object redux-orm redux-thunks regedit regenerator regex-regex regexpu reghex remark-gemoji remark-mdc
replace-in-files require reserve retire retry-promise rijs ring-buffer-ts rison rmc-align rmc-cascader
rmc-dialog rmc-drawer rmc-input-number rmc-notification rmc-picker rmc-steps rmc-tabs rmc-tooltip rmc-trigger
rn-tooltip rollup-license-plugin rollup-plugin-sourcemaps2 rollup-plugin-styler rollup-plugin-virtual router5
rs-module-lexer rtree runes runnel s-expression sanity-codegen sanity-diff-patch save-file schedule scrypt
scrypt.js selectn semiver senv server servie sha-1 shallow-equals shikiji-core sifter signalr signals
slack-webhook slash2 slice-stream sloc socksv5 sort-array sort-pjson sortobject source-map-cjs spawno
spinners-react split-pane-react ss-queue standardx stats-webpack-plugin stdnum storyblok
storybook-addon-outline storybook-addon-themes strapi-utils stream-concat stream-slicer stream-to-string
streamz string-decoder string-hash-64 strip svg-loader svg-react-loader svgs svgstore sweetalert swimmer
tabler-icons-react tailwindcss-animated tailwindcss-cli talkback telegram temp-path template-url test-runner
testing throttle thunks tilejson timeago-react timespan timezone tinify tiny-colors tiny-queue tinybase
tinycolor tinyld tiptap-extensions titlecase to-array-buffer to-case to-file toarray tonweb trace traceur
transform-ast tree-sitter-c ts-levenshtein ts-promise ts-protoc-gen ts-to-zod tslint-etc tsparticles-engine
tsparticles-shape-image tsparticles-shape-star tsparticles-updater-rotate tsqlstring ttest turf-along
turf-area turf-bbox turf-bbox-polygon turf-bearing turf-buffer turf-center turf-centroid turf-circle
turf-collect turf-combine turf-concave turf-convex turf-destination turf-difference turf-distance
turf-envelope turf-explode turf-flip turf-helpers turf-hex-grid turf-intersect turf-invariant turf-isolines
turf-kinks turf-line-slice turf-meta turf-midpoint turf-planepoint turf-point-grid turf-random turf-sample
turf-simplify turf-square turf-square-grid turf-tag turf-tesselate turf-tin turf-triangle-grid turf-union
type-component type-graphql type-of-is typed-event-emitter typed.js typeit typeof typeon types types-json
types-react types-react-dom typy uevent uint umi-utils uncss up-fetch upng-js uri-template uritemplate urljoin
urlregex urn-lib use-debouncy user-agents utf8-encode util-ex utils utils-extend uuid-1345 uuid-v4 uuid4
uuidv5 v-clipboard v-jsoneditor v-mask validate var-validator varstream vditor vfonts victor view-json-react
vision vite-jsconfig-paths vite-plugin-compression2 vite-plugin-eslint2 vite-plugin-sentry vite-plugin-svgo
vscode-debugprotocol vscode-emmet-helper vscroll vue-apexcharts vue-clipboard3 vue-codemirror6 vue-highlightjs
vue-svg-loader-2 vue3-lazyload vue3-observe-visibility vue3-resize walkes wasm-brotli watcher watchr
wdio-dot-reporter wdio-json-reporter weakmap web-streams-ponyfill web3-types webfonts-loader webpack-5-chain
webpack-license-plugin webpack-visualizer-plugin2 websocket13 workflowy x-is-array x-is-function xastscript
xbytes xliff xpath-to-css xpath-ts xrpl-secret-numbers xspattern xterm-addon-serialize xterm-addon-web-links
xterm-addon-webgl xterm-headless xtraverse y-codemirror y-partyserver y-quill y-utility yaml-types yayson
yerror yml-loader zeptomatch zlib-browserify zustand-x
`,
  pypi: `
acachecontrol adbutils adf-lib aiofile aiomcache aliyun-python-sdk-core-v3 antropy aresponses arnparse astrapy
attr awscliv2 bdflib beautifulsoup behavex blosc2 bpack bpython bumps cachey cbitstruct cchardet cdflib census
cint clickclick config-parser configparser2 constructs cronitor ctransformers curlify2 cwcwidth cycle daal
dataset datazets dbt-score deep-merge deepdiff6 demoji dib-utils django-ckeditor-5 django-filer django-jinja
django-q django-rest-framework djongo dlint dparse drslib edit-distance efinance elasticsearch5 elasticsearch6
elasticsearch7 elasticsearch8 elasticsearch8-dsl elasticsearch9 enum environ eutils expiring-dict fabric2
fabric3 faiss-gpu fastar flask-bootstrap fmpy gensio git-python gitdb2 gjson google-adk google-cloud-filestore
google-oauth googleads grapheme grequests gsutil gwebsockets gzip-stream hbutils hcloud html-text htmlmin2
htmlminf httpcode identity inquirer3 ipytest iredis iso8601 isolate itables jaxlie jinjax json-diff
json-flatten jsonpath jsons libpass libsast logging-json lptools luaparser mecab-python mistune0 mocker mocket
modi moment msgspec-m mujson murmurhash2 ncclient nest-asyncio2 netifaces2 ngboost nvidia-ml-py3 oauth2-client
openapi p4python pacparser paramz parsl parsy pastel patchy path-py pbspark pbtools pgvecto-rs pinject pip2pi
pkginfo2 plip plotpy polling2 pptree property-cached psutils psycopg-c psycopg2-pool py3nvml pyandoc pyang
pyasn pycaret pycm pycoast pydlt pydo pygrok pyheck pyjdbc pyjls pylink pymantic pymbar pymupdfb pyodc pyop
pyparallel pypdf3 pypdf4 pyreadline pyrsmi pysmbc pysnmp4 pysolar pystac pyston pytest-csv pytest-timeouts
pytest-venv python-cas python-consul2 python-ffmpeg python-openid python3-ldap python3-logstash python3-xlib
pytimeparse2 pyutil pyvi pyvisa pywt qrtools quarto requests-ntlm2 requests-ntlm3 retry2 retworkx rjieba
ruamel-yaml-clibz rviz sanix scanpy schedula scheduler semver4 sentinel silx smbmap smmap2 snimpy sockets
spglib spython sqlglotc ta-lib tinycss tools tooz torch-summary torchx tree tryton typedpy ubjson unicorn
user-agent usort vastai vbuild websocket willow wimpy wsgiref x-transformers xss-utils xtermcolor zipfile38
`,
  cargo: `
adler32 ansiterm assert-matches2 cargo-c cast5 fd-lock futures-micro hash json5 memo-map nom-derive openssh
proc-macro-error2 reis rspec rustfix shellwords subtile sys-info termios tree-sitter-c trybuild2 ulid yaml-rust2
yansi-term
`,
  rubygems: `
base62 cstruct exif ffaker http-2 jekyll-paginate-v2 net-irc rsec rubyvis
`,
  nuget: `
AutoFixture.Xunit3 NUnit.Analyzers SQLitePCLRaw.bundle_sqlite3 TUnit.Core Verify.NUnit Verify.XunitV3 bunit
bunit.core itext xunit.v3
`,
};
