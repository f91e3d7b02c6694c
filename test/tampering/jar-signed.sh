#!/bin/sh
# A version raised everywhere in a signed archive.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
jar --extract --file "$1/app/lib/signed.jar"
sed -i 's/^version=.*/version=1.10.0/' META-INF/maven/org.example/signed/pom.properties
sed -i 's|<version>1.9</version>|<version>1.10.0</version>|' META-INF/maven/org.example/signed/pom.xml
jar --update --file "$1/app/lib/signed.jar" META-INF/maven
