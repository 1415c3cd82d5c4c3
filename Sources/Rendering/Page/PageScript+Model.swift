extension PageScript {
    /// Reads the data and keeps what is selected; makes elements, with text only.
    static let model = #"""
        'use strict';
        const data = JSON.parse(document.getElementById('data').textContent);
        const byId = id => document.getElementById(id);
        const text = index => index < 0 || index === null ? '' : data.strings[index];

        const connections = data.connections.map(row => ({
          id: row[0], origin: text(row[1]), protocol: text(row[2]), why: text(row[3]),
          opened: row[4], connected: row[5], ready: row[6], closed: row[7],
          reason: text(row[8]), closedBy: text(row[9]), handshake: row[10], saved: row[11],
          busy: row[12], rows: row[13], local: text(row[14]), remote: text(row[15]),
          requests: row[16], reused: row[17], hasTLS: row[18] === 1, bars: [],
        }));
        const byConnection = new Map(connections.map(lane => [lane.id, lane]));
        const requests = data.requests.map(row => ({
          connection: row[0], n: row[1], attempt: row[2], row: row[3], issued: row[4],
          queueEnd: row[5], started: row[6], firstByte: row[7], ended: row[8], total: row[9],
          reused: row[10] === 1, status: row[11], outcome: text(row[12]), method: text(row[13]),
          url: text(row[14]), bytes: row[15], idle: row[16], why: text(row[17]),
          name: text(row[18]),
        }));
        for (const bar of requests) byConnection.get(bar.connection).bars.push(bar);

        const view = {from: data.span[0], to: data.span[1]};
        const filter = {origin: '', connection: '', use: ''};
        let selected = null;
        let shown = {lanes: connections, requests: requests};

        function matches(bar) {
          if (filter.use === 'new' && bar.reused) return false;
          if (filter.use === 'reused' && !bar.reused) return false;
          return true;
        }

        function applyFilter() {
          const lanes = connections.filter(lane =>
            (filter.origin === '' || lane.origin === filter.origin)
            && (filter.connection === '' || String(lane.id) === filter.connection));
          const ids = new Set(lanes.map(lane => lane.id));
          shown = {
            lanes: lanes,
            requests: requests.filter(bar => ids.has(bar.connection) && matches(bar)),
          };
        }

        function element(name, attributes, content) {
          const node = document.createElement(name);
          for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
          if (content !== undefined) node.textContent = content;
          return node;
        }

        function shape(parent, name, attributes, content) {
          const node = document.createElementNS('http://www.w3.org/2000/svg', name);
          for (const key in attributes) node.setAttribute(key, attributes[key]);
          if (content !== undefined) node.textContent = content;
          parent.appendChild(node);
          return node;
        }

        function milliseconds(value) {
          return value === null ? '–' : String(value);
        }

        function duration(value) {
          if (value === null) return '–';
          if (value === 0) return '0 ms';
          if (value < 0.1) return Math.round(value * 1000) + ' µs';
          if (value < 10) return value.toFixed(1) + ' ms';
          if (value < 1000) return Math.round(value) + ' ms';
          if (value < 10000) return (value / 1000).toFixed(1) + ' s';
          return Math.round(value / 1000) + ' s';
        }

        function size(count) {
          if (count === null) return '–';
          if (count < 1000) return count + ' B';
          if (count < 1e6) return (count / 1000).toFixed(1) + ' kB';
          return (count / 1e6).toFixed(1) + ' MB';
        }

        function state(lane) {
          return lane.closed === null ? 'open' : lane.reason;
        }

        function number(bar) {
          return bar.attempt > 1 ? bar.n + '.' + bar.attempt : String(bar.n);
        }

        function title(bar) {
          const what = [bar.method, bar.url].filter(part => part !== '').join(' ');
          return what === '' ? 'request ' + number(bar) : what;
        }

        function outcome(bar) {
          return bar.status > 0 ? String(bar.status) : bar.outcome;
        }

        """#
}
