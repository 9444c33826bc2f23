"""The code of AWS::Lambda functions that a template holds inline."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from moto.utilities.utils import load_resource_as_str

from dryrun.cloud.cloudformation.providers.base import Properties, pick

# "cfn-response module", CloudFormation User Guide: it is added to inline code that loads it in
# exactly this way.
_PYTHON = re.compile(r"^\s*import cfnresponse\s*(#.*)?$", re.MULTILINE)
_NODE = re.compile(r"""require\(\s*(['"])cfn-response\1\s*\)""")

_NODE_MODULE = """\
exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";

exports.send = function (event, context, status, data, physicalResourceId, noEcho) {
  return new Promise(function (resolve, reject) {
    var body = JSON.stringify({
      Status: status,
      Reason: "See the details in CloudWatch Log Stream: " + context.logStreamName,
      PhysicalResourceId: physicalResourceId || context.logStreamName,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
      NoEcho: noEcho || false,
      Data: data,
    });
    console.log("Response body:\\n", body);
    var url = new URL(event.ResponseURL);
    var client = require(url.protocol === "http:" ? "http" : "https");
    var options = {
      hostname: url.hostname,
      port: url.port || undefined,
      path: url.pathname + url.search,
      method: "PUT",
      headers: { "content-type": "", "content-length": Buffer.byteLength(body) },
    };
    var request = client.request(options, function (response) {
      console.log("Status code: " + response.statusCode);
      resolve(context.done());
    });
    request.on("error", function (error) {
      console.log("send(..) failed executing request(..): " + error);
      reject(context.done(error));
    });
    request.write(body);
    request.end();
  });
};
"""


def code(properties: Properties) -> dict[str, Any]:
    """Return what the Lambda API is given as the code."""
    given = properties["Code"]
    if "ZipFile" in given:
        return {"ZipFile": zipped(given["ZipFile"], properties.get("Runtime", ""))}
    return pick(given, "ImageUri", "S3Bucket", "S3Key", "S3ObjectVersion")


def zipped(text: str, runtime: str) -> bytes:
    """Return a deployment package of one file, `index`, and the module it loads."""
    if runtime.startswith("python"):
        files = {"index.py": text}
        if _PYTHON.search(text):
            files["cfnresponse.py"] = load_resource_as_str("awslambda/resources/cfnresponse.py.txt")
    else:
        files = {"index.js": text}
        if _NODE.search(text):
            files["node_modules/cfn-response.js"] = _NODE_MODULE
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # The date is fixed, so that the same code has the same digest.
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()
