"""Checks two things. The page about moving from jwt_authn names every field of this Envoy's filter. The files for
Kubernetes have only members that their kinds have, and configurations that the module accepts."""

import re
from pathlib import Path

import yaml

from services.envoy import BINARY, Envoy, direct, key_set, listener, module_filter, trusted
from services.server import expect, free_port, wait_until

PAGE = Path("docs/guide/envoy.md")
FILES = Path("integrations/envoy/kubernetes")
META = {"name": str, "namespace": str}

# The members of each kind, as its Go types name them; a list has one element for all.
KINDS = {
    "EnvoyProxy": {"dynamicModules": [{"name": str, "doNotClose": bool, "loadGlobally": bool,
                                       "source": {"type": str, "local": {"libraryName": str}}}]},
    "EnvoyExtensionPolicy": {
        "targetRefs": [{"group": str, "kind": str, "name": str, "sectionName": str}],
        "dynamicModule": [{"name": str, "filterName": str, "config": dict, "terminalFilter": bool}]},
    "EnvoyFilter": {
        "workloadSelector": {"labels": dict}, "priority": int,
        "configPatches": [{"applyTo": str, "patch": {"operation": str, "value": dict},
                           "match": {"context": str, "listener": {"filterChain": {
                               "filter": {"name": str, "subFilter": {"name": str}}}}}}]},
}


class Strict(yaml.SafeLoader):
    """Rejects a name that is twice in one mapping."""

    def construct_mapping(self, node, deep=False):
        names = [key.value for key, _ in node.value]
        expect(len(names) == len(set(names)), f"a name is there twice: {names}")
        return super().construct_mapping(node, deep)


def check(shape, value, where):
    if isinstance(shape, dict):
        expect(isinstance(value, dict), f"{where} is {value!r}")
        for name, inner in value.items():
            expect(name in shape, f"{where} has no member {name}")
            check(shape[name], inner, f"{where}.{name}")
    elif isinstance(shape, list):
        expect(isinstance(value, list) and value, f"{where} is {value!r}")
        for inner in value:
            check(shape[0], inner, f"{where}[]")
    else:
        expect(isinstance(value, shape), f"{where} is {value!r}")


def fields_of_jwt_authn():
    """The names in the descriptor of the filter's configuration, which is part of the binary."""
    binary = BINARY.read_bytes()
    path = b"envoy/extensions/filters/http/jwt_authn/v3/config.proto"
    # The descriptor begins with its own path, and ends with its syntax.
    begin = binary.index(bytes([0x0A, len(path)]) + path)
    end = binary.index(b"b\x06proto3", begin)
    names = (found[1][: found[0][0]].decode() for found in re.findall(rb"\x0a([\x02-\x30])([a-z][a-z0-9_]+)", binary[begin:end]))
    return {name for name in names if "_specifier" not in name and not name.endswith("_type")} - {"key", "value"}


def test_all(folder, module, rsa, ecdsa):
    folder.mkdir()
    quoted = set(re.findall(r"`([A-Za-z_]+)`", PAGE.read_text()))
    fields = fields_of_jwt_authn()
    expect(len(fields) > 45 and {"providers", "claim_to_headers", "requires_all"} <= fields, f"the fields of jwt_authn: {fields}")
    missing = {field for field in fields if field not in quoted}
    expect(not missing, f"{PAGE} does not say where {sorted(missing)} are")

    keys = folder / "keys.json"
    keys.write_bytes(key_set(rsa, ecdsa))
    filters = []
    for file in sorted(FILES.glob("*.yaml")):
        for document in yaml.load_all(file.read_text(), Strict):
            check({"apiVersion": str, "kind": str, "metadata": META, "spec": KINDS[document["kind"]]}, document, document["kind"])
            spec = document["spec"]
            filters += [module_filter(each["config"]) for each in spec.get("dynamicModule", [])]
            filters += [each["patch"]["value"] for each in spec.get("configPatches", []) if each["applyTo"] == "HTTP_FILTER"]
    expect(len(filters) == 2, f"{len(filters)} configurations of the module")
    for each in filters:
        for issuer in each["typed_config"]["filter_config"]["value"]["issuers"]:
            if "file" in issuer["keys"]:
                issuer["keys"]["file"] = str(keys)
    base = listener("base", free_port(), [module_filter(trusted(keys))], [direct("/")])
    ports = [free_port() for _ in filters]
    with Envoy(folder, module, [base, *(listener(f"l{port}", port, [each], [direct("/")]) for port, each in zip(ports, filters))]) as envoy:
        for port in ports:
            wait_until(lambda: envoy.answers(port), "a configuration for Kubernetes is taken")
    print(f"  {len(fields)} fields of jwt_authn in the page; the files for Kubernetes are taken")
