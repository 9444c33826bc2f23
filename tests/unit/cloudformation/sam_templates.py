"""SAM templates as people write them, by name; each is the part below `Transform`."""

FUNCTION = """
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      {code}
      {more}
"""

_EVENT = """
Parameters:
  Stage: {{Type: String, Default: dev}}
Resources:
  Queue: {{Type: 'AWS::SQS::Queue'}}
  Topic: {{Type: 'AWS::SNS::Topic'}}
  Bucket: {{Type: 'AWS::S3::Bucket'}}
  Stream: {{Type: 'AWS::Kinesis::Stream', Properties: {{ShardCount: 1}}}}
  Pool: {{Type: 'AWS::Cognito::UserPool'}}
  Logs: {{Type: 'AWS::Logs::LogGroup'}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}]
      KeySchema: [{{AttributeName: id, KeyType: HASH}}]
      StreamSpecification: {{StreamViewType: NEW_IMAGE}}
  Rest: {{Type: 'AWS::Serverless::Api', Properties: {{StageName: {{Ref: Stage}}}}}}
  Http: {{Type: 'AWS::Serverless::HttpApi'}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: nodejs20.x
      CodeUri: s3://ferry-code/app.zip
      Events:
        E:
          Type: {type}
          Properties: {properties}
"""

_EVENTS = {
    "api": ("Api", "{Path: /x, Method: get}"),
    "api-own": ("Api", "{Path: '/x/{id}', Method: ANY, RestApiId: {Ref: Rest}}"),
    "api-iam": ("Api", "{Path: /x, Method: post, Auth: {Authorizer: AWS_IAM}}"),
    "http-api": ("HttpApi", "{Path: /x, Method: get}"),
    "http-api-own": ("HttpApi", "{Path: '/{proxy+}', Method: ANY, ApiId: {Ref: Http}}"),
    "sqs": ("SQS", "{Queue: {'Fn::GetAtt': [Queue, Arn]}, BatchSize: 5}"),
    "sns": ("SNS", "{Topic: {Ref: Topic}}"),
    "sns-sqs": ("SNS", "{Topic: {Ref: Topic}, SqsSubscription: true}"),
    "s3": ("S3", "{Bucket: {Ref: Bucket}, Events: 's3:ObjectCreated:*'}"),
    "kinesis": ("Kinesis", "{Stream: {'Fn::GetAtt': [Stream, Arn]}, StartingPosition: LATEST}"),
    "dynamodb": (
        "DynamoDB",
        "{Stream: {'Fn::GetAtt': [Table, StreamArn]}, StartingPosition: TRIM_HORIZON}",
    ),
    "schedule": ("Schedule", "{Schedule: rate(5 minutes), Input: '{}'}"),
    "schedule-v2": ("ScheduleV2", "{ScheduleExpression: 'cron(0 8 * * ? *)'}"),
    "rule": ("EventBridgeRule", "{Pattern: {source: [ferry.tickets]}}"),
    "cloudwatch-event": ("CloudWatchEvent", "{Pattern: {source: [aws.ec2]}}"),
    "logs": ("CloudWatchLogs", "{LogGroupName: {Ref: Logs}, FilterPattern: ERROR}"),
    "cognito": ("Cognito", "{UserPool: {Ref: Pool}, Trigger: PreSignUp}"),
    "iot": ("IoTRule", "{Sql: \"SELECT * FROM 'a'\"}"),
    "msk": (
        "MSK",
        "{StartingPosition: LATEST, Stream: 'arn:aws:kafka:us-east-1:123456789012:cluster/a/b',"
        " Topics: [tickets]}",
    ),
    "mq": (
        "MQ",
        "{Broker: 'arn:aws:mq:us-east-1:123456789012:broker:b:b-1', Queues: [q],"
        " SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: 'arn:aws:secretsmanager:us-east-1:"
        "123456789012:secret:s'}]}",
    ),
    "alexa": ("AlexaSkill", "{SkillId: amzn1.ask.skill.1}"),
}

_PLAIN = {
    "code-uri": FUNCTION.format(code="CodeUri: s3://ferry-code/a.zip", more=""),
    "code-dict": FUNCTION.format(
        code="CodeUri: {Bucket: ferry-code, Key: a.zip, Version: v1}", more="MemorySize: 256"
    ),
    "inline": FUNCTION.format(
        code="InlineCode: 'def handler(e, c): pass'", more="Environment: {Variables: {STAGE: b}}"
    ),
    "alias": FUNCTION.format(
        code="CodeUri: s3://ferry-code/a.zip",
        more="AutoPublishAlias: live\n      DeploymentPreference: {Type: Canary10Percent5Minutes}",
    ),
    "provisioned": FUNCTION.format(
        code="CodeUri: s3://ferry-code/a.zip",
        more="AutoPublishAlias: live\n"
        "      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}",
    ),
    "url": FUNCTION.format(
        code="CodeUri: s3://ferry-code/a.zip",
        more="FunctionUrlConfig: {AuthType: NONE, Cors: {AllowOrigins: ['*']}}",
    ),
    "policies": FUNCTION.format(
        code="CodeUri: s3://ferry-code/a.zip",
        more="Policies:\n"
        "        - AmazonDynamoDBReadOnlyAccess\n"
        "        - {S3ReadPolicy: {BucketName: tickets}}\n"
        "        - {DynamoDBCrudPolicy: {TableName: tickets}}\n"
        "        - Version: '2012-10-17'\n"
        "          Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]",
    ),
    "destinations": FUNCTION.format(
        code="CodeUri: s3://ferry-code/a.zip",
        more="EventInvokeConfig:\n"
        "        MaximumRetryAttempts: 1\n"
        "        DestinationConfig: {OnFailure: {Type: SQS}}\n"
        "      DeadLetterQueue:"
        " {Type: SQS, TargetArn: 'arn:aws:sqs:us-east-1:123456789012:d'}",
    ),
    "image": """
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      PackageType: Image
      ImageUri: 123456789012.dkr.ecr.us-east-1.amazonaws.com/ferry:1
""",
    "globals": """
Globals:
  Function:
    Runtime: python3.12
    Timeout: 10
    Tracing: Active
    Environment: {Variables: {TABLE: {Ref: T}}}
    Tags: {team: ferry}
  Api: {Cors: "'*'"}
Resources:
  T: {Type: 'AWS::Serverless::SimpleTable', Properties: {PrimaryKey: {Name: id, Type: String}}}
  A: {Type: 'AWS::Serverless::Function', Properties: {Handler: a.h, CodeUri: 's3://ferry-code/k'}}
  B:
    Type: AWS::Serverless::Function
    Properties:
      Handler: b.h
      CodeUri: s3://ferry-code/k
      Events: {E: {Type: Api, Properties: {Path: /b, Method: get}}}
""",
    "simple-table": "Resources: {T: {Type: 'AWS::Serverless::SimpleTable'}}",
    "layer": """
Resources:
  L:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: 's3://ferry-code/layer.zip', CompatibleRuntimes: [python3.12]}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.h
      Runtime: python3.12
      CodeUri: s3://ferry-code/k
      Layers: [{Ref: L}]
""",
    "state-machine": """
Resources:
  S:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}
      Policies: [{LambdaInvokePolicy: {FunctionName: f}}]
      Events:
        E: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}
        A: {Type: Api, Properties: {Path: /go, Method: post}}
""",
    "state-machine-s3": """
Resources:
  S:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: s3://ferry-code/definition.json
      DefinitionSubstitutions: {Name: ferry}
      Role: arn:aws:iam::123456789012:role/states
""",
    "application": """
Resources:
  A:
    Type: AWS::Serverless::Application
    Properties: {Location: 'https://s3.amazonaws.com/ferry-code/t.yaml', Parameters: {P: 1}}
""",
    "connector": """
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.h, Runtime: python3.12, CodeUri: 's3://ferry-code/k'}
  T: {Type: 'AWS::Serverless::SimpleTable'}
  C:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: F}, Destination: {Id: T}, Permissions: [Read, Write]}
""",
    "embedded-connector": """
Resources:
  Q: {Type: 'AWS::SQS::Queue'}
  F:
    Type: AWS::Serverless::Function
    Connectors: {C: {Properties: {Destination: {Id: Q}, Permissions: [Write]}}}
    Properties: {Handler: a.h, Runtime: python3.12, CodeUri: 's3://ferry-code/k'}
""",
    "graphql": """
Resources:
  T: {Type: 'AWS::Serverless::SimpleTable'}
  G:
    Type: AWS::Serverless::GraphQLApi
    Properties:
      SchemaInline: 'type Query { a: String }'
      Auth: {Type: API_KEY}
      ApiKeys: {K: {Description: key}}
      DataSources: {DynamoDb: {D: {TableName: {Ref: T}, TableArn: {'Fn::GetAtt': [T, Arn]}}}}
""",
    "api-cognito": """
Resources:
  Pool: {Type: 'AWS::Cognito::UserPool'}
  A:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Auth:
        DefaultAuthorizer: P
        Authorizers: {P: {UserPoolArn: {'Fn::GetAtt': [Pool, Arn]}}}
      Cors: {AllowOrigin: "'*'", AllowHeaders: "'x'"}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.h
      Runtime: python3.12
      CodeUri: s3://ferry-code/k
      Events: {E: {Type: Api, Properties: {RestApiId: {Ref: A}, Path: /, Method: get}}}
""",
    "api-body": """
Resources:
  A:
    Type: AWS::Serverless::Api
    Properties:
      StageName: {Ref: 'AWS::StackName'}
      TracingEnabled: true
      DefinitionBody: {openapi: 3.0.1, info: {title: t, version: '1'}, paths: {}}
""",
    "http-api-jwt": """
Resources:
  A:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration: true
      Auth:
        DefaultAuthorizer: J
        Authorizers:
          J:
            IdentitySource: $request.header.Authorization
            JwtConfiguration: {issuer: 'https://i.example', audience: [a]}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.h
      Runtime: python3.12
      CodeUri: s3://ferry-code/k
      Events: {E: {Type: HttpApi, Properties: {ApiId: {Ref: A}, Path: /, Method: get}}}
""",
    "conditions": """
Parameters: {Env: {Type: String, Default: prod}}
Conditions: {IsProd: {'Fn::Equals': [{Ref: Env}, prod]}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Condition: IsProd
    DependsOn: Q
    Properties: {Handler: a.h, Runtime: python3.12, CodeUri: 's3://ferry-code/k'}
  Q: {Type: 'AWS::SQS::Queue'}
Outputs: {Arn: {Condition: IsProd, Value: {'Fn::GetAtt': [F, Arn]}}}
""",
}

TEMPLATES = {
    **_PLAIN,
    **{
        f"event-{name}": _EVENT.format(type=kind, properties=properties)
        for name, (kind, properties) in _EVENTS.items()
    },
}
