"""The renderer: a system described in Python becomes the CloudFormation YAML in `rendered/`."""

from templates.parts.postponed import postpone

# troposphere imports it for Template.to_yaml; rendered/ is written by templates/rendering/yaml_writer.py.
postpone("cfn_flip")
# awacs imports it to judge objects that are none of its own.
postpone("inspect")
# For the type of Template.globals, troposphere imports AWS::Serverless, and with it six other services.
postpone("troposphere.serverless", unused=("Globals",))
# pathlib imports it, through urllib.parse, for addresses in URLs; here it evaluates Fn::Cidr.
postpone("ipaddress")
