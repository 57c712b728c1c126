"""The transforms of a template: AWS::LanguageExtensions and AWS::Include."""
