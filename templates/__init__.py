"""The renderer: a system described in Python becomes the CloudFormation YAML in `rendered/`."""

from templates.postponed import postpone

# troposphere imports it for Template.to_yaml, and it takes an eighth of the time that troposphere takes. rendered/ is
# written by templates/rendering/yaml_writer.py.
postpone("cfn_flip")
# awacs imports it for a type error's message.
postpone("inspect")
