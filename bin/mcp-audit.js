#!/usr/bin/env node
require('../dist/start.cjs'); // CommonJS: an ES module would take half as long again to start
