/// The script of a page: one piece after another, in one scope of its own.
///
/// It takes text from the data and puts it into the document by `textContent` only, so that
/// nothing that a server sent is ever read as markup.
enum PageScript {
    /// The whole script.
    static let text = "(() => {\n\(model)\(chart)\(controls)\(tables)})();\n"

    /// The tables, and what starts the page.
    static let tables = #"""
        const pageSize = 100;

        const requestColumns = [
          ['request', bar => bar.n * 1000 + bar.attempt, bar => number(bar)],
          ['method', bar => bar.method], ['target', bar => bar.url],
          ['outcome', bar => bar.status, bar => outcome(bar)],
          ['connection', bar => bar.connection, bar => '#' + bar.connection],
          ['use', bar => bar.reused ? 'reused' : 'new'],
          ['queue ms', bar => bar.queueEnd - bar.issued,
            bar => bar.queueEnd > bar.issued ? fixed(bar.queueEnd - bar.issued) : '–'],
          ['total ms', bar => bar.total, bar => milliseconds(bar.total)],
          ['received', bar => bar.bytes, bar => size(bar.bytes)],
          ['issued at ms', bar => bar.issued, bar => milliseconds(bar.issued)],
        ];
        const connectionColumns = [
          ['connection', lane => lane.id, lane => '#' + lane.id],
          ['origin', lane => lane.origin], ['protocol', lane => lane.protocol],
          ['requests', lane => lane.requests], ['reused', lane => lane.reused],
          ['handshake ms', lane => lane.handshake, lane => milliseconds(lane.handshake)],
          ['saved ms', lane => lane.saved, lane => milliseconds(lane.saved)],
          ['busy ms', lane => lane.busy, lane => milliseconds(lane.busy)],
          ['opened because', lane => lane.why], ['state', lane => state(lane)],
        ];
        const tables = {
          requests: {columns: requestColumns, rows: () => shown.requests, page: 0, sort: 0,
            isDown: false},
          connections: {columns: connectionColumns, rows: () => shown.lanes, page: 0, sort: 0,
            isDown: false},
        };

        function fixed(value) {
          return String(Math.round(value * 1000) / 1000);
        }

        function compare(left, right) {
          if (left === right) return 0;
          if (left === null) return -1;
          if (right === null) return 1;
          return left < right ? -1 : 1;
        }

        function fillTable(name) {
          const table = tables[name], key = table.columns[table.sort][1];
          const rows = table.rows().slice().sort((a, b) =>
            compare(key(a), key(b)) * (table.isDown ? -1 : 1));
          const pages = Math.max(1, Math.ceil(rows.length / pageSize));
          table.page = Math.min(table.page, pages - 1);
          const body = byId(name + '-rows');
          body.replaceChildren();
          const first = table.page * pageSize;
          for (const row of rows.slice(first, first + pageSize)) {
            const line = element('tr', {});
            table.columns.forEach((column, index) => {
              const content = (column[2] || column[1])(row);
              const cell = element(index === 0 ? 'th' : 'td', index === 0 ? {scope: 'row'} : {});
              if (index === 0 && name === 'requests') {
                const button = element('button', {type: 'button', class: 'link'}, content);
                button.addEventListener('click', () => {
                  select(row, true);
                  chart.focus();
                });
                cell.appendChild(button);
              } else {
                cell.textContent = content === null ? '–' : content;
              }
              line.appendChild(cell);
            });
            body.appendChild(line);
          }
          const last = Math.min(rows.length, first + pageSize);
          byId(name + '-count').textContent = rows.length === 0
            ? 'none' : `${first + 1} to ${last} of ${rows.length}`;
          byId(name + '-before').disabled = table.page === 0;
          byId(name + '-after').disabled = table.page >= pages - 1;
        }

        function fillTables() {
          fillTable('requests');
          fillTable('connections');
        }

        function prepareTable(name) {
          const table = tables[name], head = byId(name + '-head');
          table.columns.forEach((column, index) => {
            const cell = element('th', {scope: 'col'});
            const button = element('button', {type: 'button'}, column[0]);
            button.addEventListener('click', () => {
              table.isDown = table.sort === index && !table.isDown;
              table.sort = index;
              table.page = 0;
              for (const other of head.children) other.removeAttribute('aria-sort');
              cell.setAttribute('aria-sort', table.isDown ? 'descending' : 'ascending');
              fillTable(name);
            });
            cell.appendChild(button);
            head.appendChild(cell);
          });
          head.children[0].setAttribute('aria-sort', 'ascending');
          for (const [suffix, change] of [['-before', -1], ['-after', 1]]) {
            byId(name + suffix).addEventListener('click', () => {
              table.page += change;
              fillTable(name);
            });
          }
        }

        function fillSummary() {
          const list = byId('summary'), stats = data.stats;
          const percentiles = figures => figures.requests === 0 ? '–'
            : `${duration(figures.p50Ms)} · ${duration(figures.p99Ms)}`;
          const ratio = stats.reuseRatio === null
            ? '' : ` (${Math.floor(stats.reuseRatio * 100)} %)`;
          for (const [name, value, id] of [
            ['exchanges', stats.exchanges, 'exchanges'],
            ['connections', stats.connections, 'opened'],
            ['reused', stats.reused + ratio, 'reused'],
            ['handshakes made', stats.handshakes, 'handshakes'],
            ['time saved', duration(stats.savedMs), 'saved'],
            ['waits', stats.queue.requests, 'waits'],
            ['new: p50 · p99', percentiles(stats.newConnection), 'new'],
            ['reused: p50 · p99', percentiles(stats.reusedConnection), 'old'],
          ]) {
            const box = element('div', {});
            box.appendChild(element('dt', {}, name));
            box.appendChild(element('dd', {id: 'sum-' + id}, String(value)));
            list.appendChild(box);
          }
        }

        window.addEventListener('beforeprint', () => { drawsAll = true; draw(); });
        window.addEventListener('afterprint', () => { drawsAll = false; draw(); });
        window.addEventListener('resize', draw);
        chart.addEventListener('scroll', drawLanes, {passive: true});
        fillSummary();
        fillFilters();
        countSteps();
        prepareTable('requests');
        prepareTable('connections');
        refilter();
        document.documentElement.dataset.ready = 'yes';

        """#
}
