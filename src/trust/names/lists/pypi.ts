/** Well-known packages of PyPI, without an order. Written by hand; each of them exists. */
export const PYPI_NAMES = `
absl-py accelerate acme adal addict aenum affine agate aioboto3 aiobotocore aiocache aiodns aiofiles aiohappyeyeballs aiohttp
aiohttp-cors aiohttp-retry aioitertools aiokafka aiomysql aiopg aioprometheus aioredis aioresponses aiorwlock aiosignal aiosmtplib
aiosqlite alabaster albumentations alembic algoliasearch aliyun-python-sdk-core altair altgraph amqp aniso8601 annotated-doc
annotated-types anndata ansible ansible-core ansible-lint ansicolors anthropic antlr4-python3-runtime anyio anytree apache-airflow
apache-beam apache-flink apispec apprise appdirs appnope apscheduler arabic-reshaper archspec argcomplete argh argon2-cffi
argon2-cffi-bindings argparse arrow arviz asgiref ase asn1crypto astor astral astroid astropy asttokens astunparse async-generator
async-lru async-timeout asyncclick asyncio asyncpg asyncssh asynctest atomicwrites atpublic attrs audioread authlib autobahn
autoflake autograd automat autopep8 av avro aws-cdk-lib aws-lambda-powertools aws-requests-auth aws-sam-cli aws-sam-translator
aws-xray-sdk awscli awscrt awswrangler azure-cli azure-cli-core azure-common azure-core azure-cosmos azure-data-tables azure-eventhub
azure-functions azure-graphrbac azure-identity azure-keyvault azure-keyvault-keys azure-keyvault-secrets azure-mgmt-compute
azure-mgmt-core azure-mgmt-network azure-mgmt-resource azure-mgmt-storage azure-monitor-opentelemetry azure-nspkg azure-servicebus
azure-storage-blob azure-storage-common azure-storage-file-datalake azure-storage-queue babel backcall backoff backports-zoneinfo
backports-tarfile bandit banal bashlex bcrypt beartype beautifulsoup4 behave bidict billiard binaryornot biopython bitarray bitsandbytes
bitstring bitstruct black bleach blessed blessings blinker blis blosc bokeh boltons bootstrap-flask boto boto3
boto3-stubs botocore botocore-stubs bottle bottleneck braceexpand branca bracex breathe brotli brotlicffi bs4 build bump2version
bumpversion cachecontrol cached-property cachelib cachetools cachy cairocffi cairosvg camelot-py captum cartopy case-conversion
cassandra-driver catalogue catboost cattrs cbor cbor2 celery cement censys cerberus certbot certifi certvalidator cffi cfgv cfn-lint
cftime channels channels-redis chardet charset-normalizer cheetah3 cheroot cherrypy chevron chex chromadb circuitbreaker
ciso8601 clang-format click click-default-group click-didyoumean click-log click-option-group click-plugins click-repl clickhouse-connect
clickhouse-driver cliff cligj clint cloudevents cloudpathlib cloudpickle cloudscraper cloudsplaining cmake cmaes cmarkgfm cmd2 cmdstanpy
codecov codespell cogapp cohere colorama colorcet colored coloredlogs colorful colorlog colorlover colour colour-science comm
commentjson commitizen commonmark confection configargparse configobj configparser conan confluent-kafka connexion construct constantly
contextlib2 contextvars contourpy control cookiecutter coreapi coreschema country-converter courlan coverage coveralls cpplint
cramjam crashtest crayons crc32c crcmod croniter crossplane cryptography cssselect cssselect2 cssutils curlify cvxopt cvxpy
cx-freeze cx-oracle cycler cyclonedx-bom cyclonedx-python-lib cymem cython cytoolz dacite daphne dash dash-bootstrap-components
dask dask-ml databases databricks-cli databricks-connect databricks-sdk databricks-sql-connector dataclasses dataclasses-json datadog
datamodel-code-generator dataproperty datasets datashader datasketch dateparser dateutils dbfread dbt-core dbt-bigquery dbt-postgres
dbt-snowflake dbutils ddtrace deap debtcollector debugpy decorator deepdiff deepmerge defusedxml delta-spark dependency-injector
deprecated deprecation detect-secrets devtools diagrams dictdiffer diff-match-patch diffusers dill dirty-equals discord-py diskcache distlib distro
dj-database-url django django-allauth django-appconf django-braces django-celery-beat django-celery-results django-ckeditor
django-compressor django-cors-headers django-crispy-forms django-csp django-debug-toolbar django-environ django-extensions django-filter
django-formtools django-guardian django-health-check django-import-export django-ipware django-js-asset django-model-utils
django-mptt django-ninja django-oauth-toolkit django-otp django-phonenumber-field django-picklefield django-polymorphic
django-prometheus django-redis django-rest-swagger django-reversion django-rq django-ses django-silk django-simple-history
django-storages django-stubs django-tables2 django-taggit django-timezone-field django-treebeard django-waffle django-webpack-loader
djangorestframework djangorestframework-simplejwt djangorestframework-stubs djoser dnspython dnslib docker docker-compose
dockerfile-parse docopt docopt-ng docstring-parser docutils docxtpl docx2txt dogpile-cache doit drf-nested-routers drf-spectacular drf-yasg
duckdb dulwich durationpy dvc dynaconf easydict easygui ecdsa ecos editables editdistance editorconfig efficientnet einops elastic-apm
elastic-transport elasticsearch elasticsearch-dsl emcee email-validator emoji enlighten enum34 environs ephem esptool et-xmlfile etils
eth-abi eth-account eth-hash eth-keys eth-typing eth-utils evaluate evdev eventlet everett exceptiongroup execnet executing
expandvars expiringdict extract-msg fabric factory-boy faiss-cpu fake-useragent faker fakeredis falcon fastai fastapi fastapi-users
fastavro fastcore fastdtw fasteners fastjsonschema fastparquet fastprogress fasttext feedgen feedparser ffmpeg-python ffmpy fido2
filelock filetype findspark fiona fire fixedwidth fixtures flake8 flake8-bugbear flake8-builtins flake8-comprehensions flake8-docstrings
flake8-isort flake8-print flake8-quotes flaky flasgger flask flask-admin flask-babel flask-bcrypt flask-caching flask-compress flask-cors
flask-httpauth flask-jwt-extended flask-limiter flask-login flask-mail flask-marshmallow flask-migrate flask-openid flask-restful
flask-restx flask-script flask-session flask-socketio flask-sqlalchemy flask-swagger-ui flask-talisman flask-testing flask-wtf flatbuffers
flatten-json flax flexmock flit flit-core flower fluent-logger folium fonttools fpdf fpdf2 fqdn freetype-py freezegun frozendict frozenlist
fs fsspec func-timeout funcsigs funcy furl fuzzywuzzy gast gcloud gcsfs gdal gdown gensim geocoder geographiclib geojson geopandas
geopy gevent gevent-websocket ghp-import gitdb gitlint gitpython glfw glob2 glom gmpy2 gmsh gnureadline google google-ads google-api-core
google-api-python-client google-auth google-auth-httplib2 google-auth-oauthlib google-cloud google-cloud-aiplatform google-cloud-bigquery
google-cloud-bigquery-storage google-cloud-bigtable google-cloud-core google-cloud-datastore google-cloud-dlp google-cloud-firestore
google-cloud-kms google-cloud-language google-cloud-logging google-cloud-monitoring google-cloud-pubsub google-cloud-resource-manager
google-cloud-secret-manager google-cloud-spanner google-cloud-speech google-cloud-storage google-cloud-tasks google-cloud-translate
google-cloud-vision google-crc32c google-generativeai google-pasta google-resumable-media googleapis-common-protos googlemaps
googletrans gql gradio gradio-client graphene graphene-django graphql-core graphql-relay graphviz greenlet griffe grpc-google-iam-v1
grpcio grpcio-gcp grpcio-health-checking grpcio-reflection grpcio-status grpcio-tools gspread gtts guessit gunicorn gym gymnasium h11
h2 h3 h5netcdf h5py halo hatch hatchling haversine haystack-ai hdbscan hdfs hiredis hjson holidays holoviews hpack hpp-fcl html2text html5lib
html5tagger htmldate htmlmin httpcore httplib2 httpie httpretty httptools httpx httpx-sse huey huggingface-hub humanfriendly humanize
humps hupper hvac hvplot hydra-core hypercorn hyperframe hyperlink hyperopt hypothesis i18nice icalendar identify idna ifaddr igraph
ijson imageio imageio-ffmpeg imagehash imagesize imapclient imbalanced-learn img2pdf imgaug immutabledict impacket impyla imutils
incremental inflect inflection influxdb influxdb-client iniconfig inject inotify inquirer installer instructor interegular interrogate
intervaltree invoke ipaddr ipaddress ipdb iptools ipykernel ipympl ipyparallel ipython ipython-genutils ipywidgets isodate isoduration isort
isoweek itemadapter itemloaders iterable-io itsdangerous jaraco-classes jaraco-collections jaraco-context jaraco-functools jaraco-text
javaproperties jax jaxlib jdcal jedi jeepney jellyfish jieba jinja2 jinja2-time jira jiter jmespath joblib jose json-logging json-repair
json5 jsondiff jsonlines jsonmerge jsonnet jsonpatch jsonpath-ng jsonpath-rw jsonpickle jsonpointer jsonref jsonschema
jsonschema-specifications jupyter jupyter-client jupyter-console jupyter-core jupyter-events jupyter-lsp jupyter-server jupyterhub
jupyterlab jupyterlab-pygments jupyterlab-server jupyterlab-widgets justext jwcrypto kaggle kafka-python kaleido kazoo keras
keras-applications keras-preprocessing keras-tuner keyboard keyring keyrings-alt kfp kiwisolver kombu konlpy korean-lunar-calendar
kubernetes kubernetes-asyncio langchain langchain-anthropic langchain-community langchain-core langchain-openai langchain-text-splitters
langcodes langdetect langgraph langid langsmith language-tags lark lark-parser latexcodec launchdarkly-server-sdk lazy lazy-loader
lazy-object-proxy ldap3 leather leveldb levenshtein libclang libcst librosa libsass libtmux lightgbm lightning limits linecache2
line-profiler linkify-it-py litellm livereload llama-cpp-python llama-index llama-index-core llvmlite lmdb lmfit locket locust logbook
logging-tree loguru logzero looker-sdk lxml lxml-html-clean lunr lz4 lzstring m2crypto magicattr mailchimp-marketing mako
mammoth mando mapbox-earcut markdown markdown-it-py markdown2 markdownify markupsafe marshmallow marshmallow-enum
marshmallow-sqlalchemy matplotlib matplotlib-inline maturin maxminddb mccabe mechanicalsoup mechanize mdurl mdit-py-plugins mediapipe mecab-python3 memory-profiler mergedeep meson
meson-python mido minio mistune mitmproxy mizani mkdocs mkdocs-autorefs mkdocs-material mkdocs-material-extensions mkdocstrings
mlflow mlflow-skinny mlxtend mmh3 mnemonic mock model-bakery modin monotonic more-itertools moto motor mouse moviepy mpi4py mplcursors mpmath
mrjob msal msal-extensions msgpack msgpack-numpy msgraph-core msgspec msrest msrestazure multidict multimethod multipart multipledispatch
multiprocess multivolumefile munch murmurhash mutagen mypy mypy-boto3-s3 mypy-extensions mypy-protobuf mysql-connector-python mysqlclient
myst-parser nameparser napalm narwhals natsort nbclassic nbclient nbconvert nbformat nbsphinx nbval ndg-httpsclient neo4j nest-asyncio
netaddr netcdf4 netifaces netmiko networkx newrelic ninja nltk node-semver nodeenv nose nose2 notebook notebook-shim notion-client nox
ntlm-auth num2words numba numcodecs numdifftools numexpr numpy numpy-financial numpydoc numpyro nvidia-ml-py oauth2client oauthlib objgraph odfpy
olefile omegaconf onnx onnxconverter-common onnxruntime onnxruntime-gpu open3d openai openai-whisper openapi-schema-validator
openapi-spec-validator opencensus opencv-contrib-python opencv-python opencv-python-headless openpyxl openstacksdk opentelemetry-api
opentelemetry-exporter-otlp opentelemetry-instrumentation opentelemetry-proto opentelemetry-sdk opentelemetry-semantic-conventions
opentracing opt-einsum optax optree optuna oracledb ordered-set orderedmultidict orjson ortools os-client-config oscrypto oslo-config
oslo-i18n oslo-log oslo-serialization oslo-utils osqp outcome overrides oyaml packageurl-python packaging paho-mqtt paddleocr palettable
pamela pandas pandas-datareader pandas-gbq pandas-stubs pandasql pandera pandoc pandocfilters panel papermill param parameterized paramiko
parse parse-type parsedatetime parsel parso partd passlib paste pastedeploy path pathlib pathlib2 pathos pathspec pathtools pathvalidate
pathy patool patsy pbkdf2 pbr pdf2image pdfkit pdfminer-six pdfplumber pdm peewee pefile pendulum pep517 pep8-naming peppercorn periodictable
persistent pexpect pgvector pg8000 phonenumbers photutils pickleshare piexif pika pikepdf pillow pillow-heif pint pip pip-api pip-audit pip-licenses
pip-tools pipdeptree pipenv pipreqs pipx pkginfo pkgutil-resolve-name plac plaid-python platformdirs playwright plotly plotnine pluggy
plumbum ply pockets poetry poetry-core polars polib polling polyline pony pooch portalocker portend portpicker posthog pox ppft praw
prawcore pre-commit premailer preshed presto-python-client pretend prettytable priority probableparsing prometheus-client
prometheus-fastapi-instrumentator prometheus-flask-exporter promise prompt-toolkit propcache property-manager prophet proto-plus protobuf
protobuf3-to-dict prov psutil psycopg psycopg-binary psycopg-pool psycopg2 psycopg2-binary ptpython ptvsd ptyprocess publicsuffix2
publicsuffixlist pulp pulsar-client pulumi pure-eval py py-cpuinfo py-spy py4j pyaml pyamg pyarrow pyasn1 pyasn1-modules pyathena pyaudio
pyautogui pybind11 pycairo pycares pycocotools pycodestyle pycosat pycountry pycparser pycrypto pycryptodome pycryptodomex pycurl pydantic
pydantic-core pydantic-extra-types pydantic-settings pydash pydata-google-auth pydata-sphinx-theme pydeck pydicom pydispatcher pydocstyle
pydot pydotplus pydub pyee pyelftools pyenchant pyerfa pyexcel pyfaidx pyfakefs pyfiglet pyflakes pygame pygithub pyglet pygments
pygobject pygraphviz pygsheets pyhcl pyhive pyhumps pyicu pyinotify pyinstaller pyinstaller-hooks-contrib pyinvoke pyjks pyjnius pyjwt pykerberos pykka
pykwalify pylance pylatexenc pylint pylint-django pylint-plugin-utils pylru pymc pymc3 pymdown-extensions pymemcache pymilvus pymisp
pymongo pympler pymssql pymupdf pymysql pynacl pynamodb pyngrok pynput pynvml pyobjc pyodbc pyogrio pyopencl pyopengl pyopenssl pyotp pypandoc
pyparsing pypdf pypdf2 pyperclip pyphen pypika pypng pyppeteer pyproj pyproject-api pyproject-hooks pyproject-metadata pypsrp pypubsub pyqt5
pyqt6 pyqtgraph pyquery pyramid pyreadline3 pyrebase4 pyrfc3339 pyright pyro-ppl pyrsistent pysaml2 pyscaffold pyserial pysftp pyshark pyshp
pyside2 pyside6 pysmb pysmi pysnmp pysocks pysolr pyspark pyspellchecker pyspnego pystache pystan pystray pytablereader pytesseract pytest
pytest-aiohttp pytest-asyncio pytest-base-url pytest-bdd pytest-benchmark pytest-cov pytest-django pytest-env pytest-flask pytest-forked
pytest-freezegun pytest-html pytest-httpserver pytest-httpx pytest-json-report pytest-localserver pytest-metadata pytest-mock pytest-mypy
pytest-ordering pytest-playwright pytest-randomly pytest-repeat pytest-rerunfailures pytest-runner pytest-socket pytest-subtests pytest-sugar
pytest-timeout pytest-xdist python-bidi python-box python-can python-consul python-crontab python-daemon python-dateutil python-decouple
python-docx python-dotenv python-editor python-engineio python-gettext python-gitlab python-gnupg python-hosts python-http-client python-igraph
python-iso639 python-jenkins python-jose python-json-logger python-keystoneclient python-ldap python-levenshtein python-logstash
python-lsp-server python-magic python-memcached python-multipart python-nvd3 python-openstackclient python-pptx python-rapidjson
python-redis-lock python-semantic-release python-slugify python-snappy python-socketio python-stdnum python-telegram-bot python-utils
python-whois python-xlib python3-openid python3-saml pythonnet pytimeparse pytoml pytools pytorch-lightning pytube pytweening pytz
pytz-deprecation-shim pytzdata pyudev pyvips pyvis pyvista pyvmomi pywavelets pywebview pywin32 pywin32-ctypes pywinauto pywinpty pywinrm pyxdg
pyyaml pyyaml-env-tag pyzbar pyzmq qdarkstyle qdrant-client qrcode qtawesome qtconsole qtpy quandl quantlib quart questionary queuelib
randomname random-user-agent rapidfuzz raven ray rdflib readability-lxml readchar readme-renderer recommonmark redis redis-py-cluster redshift-connector
referencing regex reportlab repoze-lru requests requests-aws4auth requests-cache requests-file requests-futures requests-html
requests-kerberos requests-mock requests-ntlm requests-oauthlib requests-toolbelt requestsexceptions resampy resolvelib responses
restrictedpython retry retrying rfc3339-validator rfc3986 rfc3986-validator rfc3987 rich rich-argparse rich-click river rope routes rpds-py rpy2 rsa rtree
ruamel-yaml ruamel-yaml-clib ruff runs s3fs s3path s3transfer sacrebleu sacremoses safetensors safety sagemaker salesforce-bulk sanic
sasl scandir scapy schedule schema schematics scikit-build scikit-image scikit-learn scikit-optimize scikit-plot scipy scp scrapy
scramp scrypt seaborn secretstorage segment-analytics-python selectolax selenium selenium-wire semantic-version semgrep semver
send2trash sendgrid sentence-transformers sentencepiece sentinels sentry-sdk serpent service-identity setproctitle setuptools setuptools-rust
setuptools-scm sexpdata sgmllib3k sh shap shapely shellingham shortuuid shtab signalfx simple-salesforce simpleeval simplegeneric
simplejson simpy singer-python six skl2onnx sklearn slack-bolt slack-sdk slackclient slacker slugify smart-open smbprotocol smmap sniffio
snowballstemmer snowflake snowflake-connector-python snowflake-snowpark-python snowflake-sqlalchemy social-auth-app-django
social-auth-core socksio sortedcontainers soundfile soupsieve spacy spacy-legacy spacy-loggers spandrel sparse spark-nlp speechrecognition sphinx
sphinx-argparse sphinx-autobuild sphinx-autodoc-typehints sphinx-book-theme sphinx-click sphinx-copybutton sphinx-design sphinx-gallery
sphinx-rtd-theme sphinx-tabs sphinxcontrib-applehelp sphinxcontrib-devhelp sphinxcontrib-htmlhelp sphinxcontrib-jquery sphinxcontrib-jsmath
sphinxcontrib-mermaid sphinxcontrib-qthelp sphinxcontrib-serializinghtml sphinxcontrib-websupport spotipy sqlalchemy sqlalchemy-bigquery
sqlalchemy-redshift sqlalchemy-utils sqlfluff sqlglot sqlite-utils sqlmodel sqlparse srsly sse-starlette sshpubkeys sshtunnel
stack-data stanza starkbank-ecdsa starlette statsd statsmodels stevedore stone strawberry-graphql streamlit strictyaml stripe structlog
style subprocess32 sudachipy superlance supervisor suds svglib svgwrite swagger-ui-bundle swifter sympy synapseml tabledata tabulate tables
tablib tavily-python tblib tcolorpy tempora tenacity tensorboard tensorboard-data-server tensorboard-plugin-wit tensorboardx tensorflow
tensorflow-addons tensorflow-cpu tensorflow-datasets tensorflow-estimator tensorflow-hub tensorflow-io
tensorflow-io-gcs-filesystem tensorflow-metadata tensorflow-model-optimization tensorflow-probability tensorflow-serving-api
tensorflow-text tensorstore termcolor terminado terminaltables terminaltables3 testcontainers testfixtures testpath testtools text-unidecode
textblob textdistance textract textual texttable textwrap3 theano thinc thop threadpoolctl thrift tifffile tiktoken tika timm tinycss2
tinydb tld tldextract tls-client toml tomli tomli-w tomlkit toolz torch torchaudio torchmetrics torchsummary torchtext torchvision tornado tox
tqdm traceback2 trafilatura traitlets transaction transformers transitions translationstring treelib trimesh trino trio trio-websocket
triton troposphere truststore trustme tweepy twilio twine twisted txaio typeguard typepy typer types-certifi types-mock types-protobuf
types-python-dateutil types-pytz types-pyyaml types-redis types-requests types-setuptools types-six types-toml types-urllib3 typing
typing-extensions typing-inspect typing-inspection tzdata tzlocal ua-parser uamqp ujson umap-learn uncertainties undetected-chromedriver
unidecode unidiff unicodecsv unicodedata2 unittest-xml-reporting unittest2 universal-pathlib unpaddedbase64 unstructured untangle update-checker
uritemplate uri-template url-normalize urllib3 urwid user-agents uvicorn uvloop validate-email validators vcrpy venusian vine
virtualenv virtualenvwrapper voluptuous vulture w3lib waitress wand wandb warcio warlock wasabi wasmtime watchdog watchfiles watchgod
watchtower waybackpy wcmatch wcwidth weasel weasyprint weaviate-client web3 webargs webassets webcolors webdataset webdriver-manager webencodings
webob websocket-client websockets webtest werkzeug wget wheel whitenoise whoosh widgetsnbextension word2number wordcloud wordsegment wrapt
wsproto wtforms xarray xgboost xhtml2pdf xlrd xlsx2csv xlsxwriter xlutils xlwings xlwt xmlschema xmlsec xmltodict xxhash yacs yamale
yamllint yamlordereddictloader yapf yappi yarl yaspin yellowbrick yfinance youtube-dl yt-dlp zc-buildout zeep zeroconf zict zipp zipfile36
zipstream zodb zope-component zope-event zope-interface zstandard zstd
`;
