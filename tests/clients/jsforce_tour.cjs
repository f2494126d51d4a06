// Everything that jsforce is asked to do against the local org; prints one JSON document of what came back.
// node jsforce_tour.cjs URL USERNAME PASSWORD ZIP CLIENT_ID CLIENT_SECRET REFRESH_TOKEN   (NODE_PATH holds jsforce)
const fs = require("fs");
const jsforce = require("jsforce");

const [url, username, password, zipFile, clientId, clientSecret, refreshToken] = process.argv.slice(2);
const version = "62.0";

async function main() {
  const seen = {};
  const conn = new jsforce.Connection({ loginUrl: url, version });
  const user = await conn.login(username, password);
  seen.login = user.organizationId;
  const token = conn.accessToken;
  seen.identity = (await conn.identity()).username;
  const zip = fs.readFileSync(zipFile);
  const options = { singlePackage: true, rollbackOnError: true };
  const done = await conn.metadata.deploy(zip, options).complete();
  const first = await conn.metadata.checkDeployStatus(done.id, true);
  seen.deploy = [first.status, first.numberComponentsDeployed, first.details.componentSuccesses.map((c) => c.fullName).sort()];
  const again = await conn.metadata.deployRest(zip, options).complete();
  const rest = await conn.metadata.checkDeployStatus(again.id, true);
  seen.deployRest = [rest.status, rest.details.componentSuccesses.filter((c) => c.changed).map((c) => c.fullName)];
  const check = await conn.metadata.deploy(zip, { ...options, checkOnly: true, testLevel: "RunLocalTests" }).complete(true);
  const quick = await conn.metadata.deployRecentValidation({ id: check.id, rest: false });
  seen.quick = (await conn.metadata.checkDeployStatus(quick, true)).id === quick;
  const once = await conn.metadata.deploy(zip, { ...options, checkOnly: true, testLevel: "RunLocalTests" }).complete();
  const byRest = await conn.metadata.deployRecentValidation({ id: once.id, rest: true });
  seen.quickRest = (await conn.metadata.checkDeployStatus(byRest, true, true)).id === byRest;
  seen.untested = await conn.metadata.deployRecentValidation({ id: done.id, rest: true }).catch((e) => e.errorCode);
  const unpackaged = { types: [{ name: "ApexClass", members: ["Visited"] }], version };
  const got = await conn.metadata.retrieve({ apiVersion: version, singlePackage: true, unpackaged }).complete();
  seen.retrieve = [got.status, Buffer.from(got.zipFile, "base64").subarray(0, 2).toString()];
  seen.list = (await conn.metadata.list([{ type: "ApexClass" }], version)).map((entry) => entry.fullName);
  const described = await conn.metadata.describe(version);
  seen.describe = described.metadataObjects.some((entry) => entry.xmlName === "ApexClass");
  const kept = { fullName: "FromJsforce", label: "From jsforce", hasActivationRequired: false };
  seen.createMetadata = (await conn.metadata.create("PermissionSet", kept)).success;
  seen.readMetadata = (await conn.metadata.read("PermissionSet", "FromJsforce")).label;
  seen.updateMetadata = (await conn.metadata.update("PermissionSet", { ...kept, label: "Changed" })).success;
  seen.upsertMetadata = (await conn.metadata.upsert("PermissionSet", { ...kept, label: "Again" })).created;
  seen.readAgain = (await conn.metadata.read("PermissionSet", ["FromJsforce"]))[0].label;
  seen.renameMetadata = (await conn.metadata.rename("PermissionSet", "FromJsforce", "Renamed")).fullName;
  await conn.metadata.rename("PermissionSet", "Renamed", "FromJsforce");
  seen.deleteMetadata = (await conn.metadata.delete("PermissionSet", "FromJsforce")).success;

  const contacts = conn.sobject("Contact");
  const one = await contacts.create({ LastName: "One", Room__c: "R1" });
  seen.retrieveOne = (await contacts.retrieve(one.id)).Room__c;
  seen.update = (await contacts.update({ Id: one.id, LastName: "First" })).success;
  const many = await contacts.create([{ LastName: "Two" }, { LastName: "Three" }], { allOrNone: true });
  seen.createMany = many.map((entry) => entry.success);
  const ids = many.map((entry) => entry.id);
  seen.retrieveMany = (await contacts.retrieve(ids)).map((row) => row.LastName);
  seen.updateMany = (await contacts.update(ids.map((Id) => ({ Id, FirstName: "Of many" })))).map((e) => e.success);
  seen.query = (await conn.query("SELECT LastName FROM Contact ORDER BY LastName")).records.map((row) => row.LastName);
  seen.find = (await contacts.find({ FirstName: "Of many" }, ["LastName"]).sort("LastName")).length;
  const half = await contacts.create([{ LastName: "Fine" }, { FirstName: "No last name" }], { allOrNone: true });
  seen.allOrNone = half.map((entry) => [entry.success, entry.errors[0].statusCode]);
  const settings = conn.sobject("Widget__c");
  const setting = await settings.create({ SetupOwnerId: user.organizationId, Key__c: "k" });
  seen.upsertRecord = (await settings.upsert({ Id: setting.id, Key__c: "l" }, "Id")).success;
  seen.settings = (await conn.query("SELECT Key__c FROM Widget__c")).records.map((row) => row.Key__c);
  await settings.destroy(setting.id);
  seen.destroyMany = (await contacts.destroy(ids)).map((entry) => entry.success);
  seen.destroy = (await contacts.destroy(one.id)).success;
  seen.describeObject = (await contacts.describe()).fields.some((field) => field.name === "Room__c");
  seen.describeGlobal = (await conn.describeGlobal()).sobjects.some((entry) => entry.name === "Contact");
  seen.tooling = (await conn.tooling.query("SELECT Name FROM ApexClass")).records.map((row) => row.Name);
  const bad = await conn.query("SELECT Nope FROM Contact").catch((error) => error);
  seen.error = [bad.errorCode, bad.name];

  seen.limits = (await conn.limits()).DailyApiRequests;
  seen.recent = await conn.recent();
  seen.scanAll = (await conn.query("SELECT Id FROM Organization", { scanAll: true })).totalSize;
  seen.count = await contacts.count({ LastName: "Nobody" });
  seen.versions = (await conn.request("/services/data")).slice(-1)[0].version;
  seen.readAbsent = (await conn.metadata.read("CustomObject", ["Contact", "Nope__c"])).map((entry) => entry.fullName ?? null);
  seen.unknownType = await conn.metadata.list([{ type: "Nope" }], version).catch((e) => e.errorCode);
  seen.tooMany = await conn.metadata.list(Array(4).fill({ type: "ApexClass" }), version).catch((e) => e.errorCode);
  const absent = { search: () => conn.search("FIND {A}"), bulk: () => conn.bulk.load("Contact", "insert", [{ LastName: "x" }]),
    bulk2: () => conn.bulk2.loadAndWaitForResults({ object: "Contact", operation: "insert", input: [{ LastName: "x" }] }),
    apex: () => conn.tooling.executeAnonymous("x"), layouts: () => contacts.layouts(), chatter: () => conn.chatter.resource("/feeds").retrieve() };
  seen.absent = {};
  for (const [name, ask] of Object.entries(absent)) seen.absent[name] = await ask().then(() => "there", (error) => error.message);

  const byPassword = new jsforce.Connection({ oauth2: { clientId, clientSecret, loginUrl: url }, version });
  await byPassword.login(username, password);
  seen.oauthPassword = (await byPassword.identity()).username;
  const refreshing = new jsforce.Connection({
    instanceUrl: url, oauth2: { clientId: "PlatformCLI", loginUrl: url }, refreshToken, accessToken: "over", version,
  });
  seen.refreshed = (await refreshing.query("SELECT Id FROM Organization")).totalSize;
  const oauth = new jsforce.Connection({ instanceUrl: url, oauth2: { clientId, clientSecret, loginUrl: url }, version });
  await oauth.authorize({ grant_type: "client_credentials" });
  seen.clientCredentials = (await oauth.query("SELECT Id FROM Organization")).totalSize;
  const wrong = await new jsforce.Connection({ loginUrl: url, version }).login(username, "wrong").catch((error) => error);
  seen.wrongPassword = wrong.message;
  await conn.logout();
  seen.afterLogout = await new jsforce.Connection({ instanceUrl: url, accessToken: token, version })
    .query("SELECT Id FROM Organization").catch((error) => error.errorCode);
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
