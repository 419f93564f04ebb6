// Reads PowerShell scripts by their grammar: check-powershell.mjs MODULES FILE... The grammar knows
// less than PowerShell: quote the words of lists, and write no switch or function on one line.
// Exit: 0 = all well formed, 4 = one is not; anything else = not checked.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, ...files] = process.argv.slice(2);
const library = path.resolve(modules, 'web-tree-sitter/web-tree-sitter.js');
const { Parser, Language } = await import(pathToFileURL(library).href);
await Parser.init();
const parser = new Parser();
const grammar = path.join(modules, 'tree-sitter-powershell/tree-sitter-powershell.wasm');
parser.setLanguage(await Language.load(grammar));

function* broken(node) {
  if (node.isError || node.isMissing) {
    yield node;
  } else if (node.hasError) {
    for (const child of node.children) {
      yield* broken(child);
    }
  }
}

// A check that finds nothing in a broken script is no check.
if (!parser.parse('function A {\n    if ($true) {\n}\n').rootNode.hasError) {
  console.error('the grammar takes a script without its closing bracket');
  process.exit(3);
}
let wrong = 0;
for (const file of files) {
  for (const node of broken(parser.parse(fs.readFileSync(file, 'utf8')).rootNode)) {
    const { row, column } = node.startPosition;
    const what = node.isMissing ? `'${node.type}' is missing` : 'this is not PowerShell';
    const text = node.text.split('\n')[0].slice(0, 60);
    console.error(`${file}:${row + 1}:${column + 1}: ${what}: ${text}`);
    wrong++;
  }
}
console.log(`${files.length} PowerShell scripts read, ${wrong} places wrong`);
process.exit(wrong === 0 ? 0 : 4);
