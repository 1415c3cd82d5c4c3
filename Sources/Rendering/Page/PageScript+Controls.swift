extension PageScript {
    /// Zoom, pan, selection by pointer and keyboard, filters.
    static let controls = #"""
        function setView(from, to) {
          const least = Math.max(0.01, (data.span[1] - data.span[0]) / 1e6);
          const width = Math.max(least, Math.min(to - from, data.span[1] - data.span[0]));
          view.from = Math.max(data.span[0], Math.min(from, data.span[1] - width));
          view.to = view.from + width;
          draw();
        }

        function zoom(factor, around) {
          const center = around === undefined ? (view.from + view.to) / 2 : around;
          setView(center - (center - view.from) * factor, center + (view.to - center) * factor);
        }

        function pan(share) {
          const distance = (view.to - view.from) * share;
          setView(view.from + distance, view.to + distance);
        }

        function facts(bar) {
          const lane = byConnection.get(bar.connection);
          const wait = bar.firstByte === null ? null : bar.firstByte - bar.started;
          const receive = bar.firstByte === null || bar.ended === null
            ? null : bar.ended - bar.firstByte;
          return [
            ['request', number(bar) + (bar.name === '' ? '' : ' (' + bar.name + ')')],
            ['what', title(bar)], ['outcome', outcome(bar)],
            ['connection', '#' + bar.connection + (bar.reused ? ' reused' : ' new')
              + (bar.idle === null ? '' : ', idle ' + duration(bar.idle))],
            ['why new', bar.why], ['origin', lane.origin],
            ['queue', bar.queueEnd > bar.issued ? duration(bar.queueEnd - bar.issued) : '–'],
            ['handshake', bar.reused ? '–' : duration(lane.handshake)],
            ['wait', duration(wait)], ['receive', duration(receive)],
            ['total', bar.total === null ? '–' : bar.total + ' ms'],
            ['received', size(bar.bytes)],
            ['issued at', milliseconds(bar.issued) + ' ms'],
          ].filter(fact => fact[1] !== '');
        }

        function select(bar, reveals) {
          selected = bar;
          const list = byId('facts');
          list.replaceChildren();
          if (bar === null) {
            byId('hint').hidden = false;
          } else {
            byId('hint').hidden = true;
            for (const [name, value] of facts(bar)) {
              list.appendChild(element('dt', {}, name));
              list.appendChild(element('dd', {}, value));
            }
          }
          if (bar !== null && reveals) reveal(bar);
          draw();
        }

        function reveal(bar) {
          const end = bar.ended === null ? data.span[1] : bar.ended;
          if (bar.started < view.from || end > view.to) {
            const width = Math.max(view.to - view.from, (end - bar.started) * 1.2);
            const middle = (bar.started + end) / 2;
            setView(middle - width / 2, middle + width / 2);
          }
          const entry = layout.find(entry => entry.lane.id === bar.connection);
          if (entry === undefined) return;
          if (entry.top < chart.scrollTop + axisHeight) chart.scrollTop = entry.top - axisHeight;
          const bottom = entry.top + entry.height;
          if (bottom > chart.scrollTop + chart.clientHeight) {
            chart.scrollTop = bottom - chart.clientHeight;
          }
        }

        function nearest(bars, time) {
          let best = null, distance = Infinity;
          for (const bar of bars) {
            if (!matches(bar)) continue;
            const end = bar.ended === null ? data.span[1] : bar.ended;
            const away = time < bar.started ? bar.started - time : Math.max(0, time - end);
            if (away < distance) { best = bar; distance = away; }
          }
          return best;
        }

        function move(direction) {
          if (selected === null) {
            const lane = shown.lanes.find(lane => lane.bars.some(matches));
            if (lane !== undefined) select(lane.bars.find(matches), true);
            return;
          }
          const bars = byConnection.get(selected.connection).bars.filter(matches);
          const next = bars[bars.indexOf(selected) + direction];
          if (next !== undefined) select(next, true);
        }

        function moveTo(index) {
          if (selected === null) { move(1); return; }
          const bar = byConnection.get(selected.connection).bars.filter(matches).at(index);
          if (bar !== undefined) select(bar, true);
        }

        function moveLane(direction) {
          if (selected === null) { move(1); return; }
          let index = shown.lanes.findIndex(lane => lane.id === selected.connection) + direction;
          while (index >= 0 && index < shown.lanes.length) {
            const bar = nearest(shown.lanes[index].bars, selected.started);
            if (bar !== null) { select(bar, true); return; }
            index += direction;
          }
        }

        const keys = {
          ArrowRight: event => event.shiftKey ? pan(0.25) : move(1),
          ArrowLeft: event => event.shiftKey ? pan(-0.25) : move(-1),
          ArrowDown: () => moveLane(1), ArrowUp: () => moveLane(-1),
          '+': () => zoom(0.5, middle()), '=': () => zoom(0.5, middle()),
          '-': () => zoom(2, middle()), '0': () => setView(data.span[0], data.span[1]),
          Home: () => moveTo(0), End: () => moveTo(-1), Escape: () => select(null),
        };

        function middle() {
          return selected === null ? undefined : selected.started;
        }

        chart.addEventListener('keydown', event => {
          const action = keys[event.key];
          if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          action(event);
        });

        const tip = byId('tip');

        function hit(event) {
          const box = lanesView.getBoundingClientRect();
          const x = event.clientX - box.left, y = event.clientY - box.top;
          const entry = layout.find(entry => y >= entry.top && y < entry.top + entry.height);
          if (entry === undefined || x < gutter) return null;
          const row = Math.floor((y - entry.top - 4) / rowHeight(entry.lane));
          const bars = entry.lane.bars.filter(bar => entry.lane.rows === 1 || bar.row === row);
          const bar = nearest(bars, timeAt(x));
          if (bar === null) return {lane: entry.lane, bar: null};
          const end = bar.ended === null ? data.span[1] : bar.ended;
          const isNear = place(bar.started) - 3 <= x && x <= place(end) + 3;
          return {lane: entry.lane, bar: isNear ? bar : null};
        }

        let drag = null;
        lanesView.addEventListener('pointerdown', event => {
          drag = {x: event.clientX, from: view.from, to: view.to, hasMoved: false};
        });
        window.addEventListener('pointerup', () => { drag = null; });
        lanesView.addEventListener('pointermove', event => {
          if (drag !== null && event.buttons === 1) {
            const moved = event.clientX - drag.x;
            if (Math.abs(moved) > 3) drag.hasMoved = true;
            const distance = moved / plotWidth() * (drag.to - drag.from);
            if (drag.hasMoved) setView(drag.from - distance, drag.to - distance);
            return;
          }
          const found = hit(event);
          tip.hidden = found === null;
          if (found === null) return;
          tip.textContent = found.bar !== null
            ? `${number(found.bar)} · ${title(found.bar)} · ${outcome(found.bar)} · `
              + `${duration(found.bar.total)} · #${found.lane.id} `
              + (found.bar.reused ? 'reused' : 'new')
            : `#${found.lane.id} · ${found.lane.origin} · ${found.lane.requests} requests · `
              + state(found.lane);
          tip.style.left = Math.min(event.clientX + 12, window.innerWidth - 320) + 'px';
          tip.style.top = event.clientY + 16 + 'px';
        });
        lanesView.addEventListener('pointerleave', () => { tip.hidden = true; });
        lanesView.addEventListener('click', event => {
          const found = hit(event);
          if (found !== null && found.bar !== null) select(found.bar);
        });
        lanesView.addEventListener('dblclick', event => {
          const box = lanesView.getBoundingClientRect();
          zoom(0.5, timeAt(event.clientX - box.left));
        });
        lanesView.addEventListener('wheel', event => {
          const box = lanesView.getBoundingClientRect();
          if (event.ctrlKey || event.metaKey) {
            event.preventDefault();
            zoom(event.deltaY > 0 ? 1.25 : 0.8, timeAt(event.clientX - box.left));
          } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
            event.preventDefault();
            pan(event.deltaX / plotWidth());
          }
        }, {passive: false});

        byId('zoom-in').addEventListener('click', () => zoom(0.5, middle()));
        byId('zoom-out').addEventListener('click', () => zoom(2, middle()));
        byId('zoom-all').addEventListener('click', () => setView(data.span[0], data.span[1]));

        function fillFilters() {
          const origins = [...new Set(connections.map(lane => lane.origin))].sort();
          for (const origin of origins) {
            if (origin !== '') byId('origin').appendChild(element('option', {}, origin));
          }
          for (const lane of connections) {
            byId('connection').appendChild(
              element('option', {value: lane.id}, '#' + lane.id));
          }
          for (const name of ['origin', 'connection', 'use']) {
            byId(name).addEventListener('change', event => {
              filter[name] = event.target.value;
              refilter();
            });
          }
        }

        function refilter() {
          applyFilter();
          arrange();
          if (selected !== null && !shown.requests.includes(selected)) select(null);
          draw();
          fillTables();
        }

        """#
}
