// Runs Salesforce Code Analyzer over a folder and writes its findings as JSON.
//   node analyse.cjs MODULES ENGINE SELECTOR WORKSPACE OUT.json
// MODULES is the folder that package.json was installed in, ENGINE an engine package, SELECTOR a rule selector.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');

const [modules, enginePackage, selector, workspacePath, out] = process.argv.slice(2);
const load = createRequire(path.join(path.resolve(modules), 'package.json'));
const core = load('@salesforce/code-analyzer-core');
const engine = load(enginePackage);

async function main() {
    const analyzer = new core.CodeAnalyzer(core.CodeAnalyzerConfig.withDefaults());
    const log = [];
    analyzer.onEvent(core.EventType.LogEvent, (event) => {
        if (event.logLevel <= core.LogLevel.Warn) {
            log.push(event.message);
        }
    });
    await analyzer.addEnginePlugin(engine.createEnginePlugin());
    const workspace = await analyzer.createWorkspace([path.resolve(workspacePath)]);
    const rules = await analyzer.selectRules([selector], { workspace });
    const results = await analyzer.run(rules, { workspace });
    const violations = results.getViolations().map((violation) => {
        const place = violation.getPrimaryLocation();
        const rule = violation.getRule();
        return {
            engine: rule.getEngineName(),
            rule: rule.getName(),
            severity: rule.getSeverityLevel(),
            file: place.getFile() ? path.relative(path.resolve(workspacePath), place.getFile()) : null,
            line: place.getStartLine() ?? 0,
            message: violation.getMessage(),
        };
    });
    fs.writeFileSync(out, JSON.stringify({ rules: rules.getCount(), violations, log }, null, 1));
}

main().catch((error) => {
    console.error(error.stack);
    process.exitCode = 1;
});
