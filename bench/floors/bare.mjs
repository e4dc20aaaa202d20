/** The least a server can be: node:http and one answer. */
import { createServer } from 'node:http';

createServer((_request, response) => {
	response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': 2 });
	response.end('ok');
}).listen(Number(process.env.PORT), '127.0.0.1');
