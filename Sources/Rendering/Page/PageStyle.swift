/// The style sheet of a page: light and dark, screen and paper.
enum PageStyle {
    /// The whole sheet.
    ///
    /// Text has a contrast of at least 4.5 to 1, shapes of 3 to 1, in both schemes.
    static let text = #"""
        :root {
          color-scheme: light dark;
          --page: #fbfbfa; --panel: #ffffff; --ink: #1d2125; --soft: #565d65; --line: #d5d9dd;
          --accent: #0b5cad; --connect: #9a4d00; --tls: #7a3b9c; --wait: #6b93c4;
          --receive: #0f5a9e; --failed: #b3261e; --idle: #8a929a; --busy: #0f5a9e;
          --waiting: #9a4d00;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #15181b; --panel: #1d2125; --ink: #e8eaec; --soft: #a9b1b9; --line: #3a4046;
            --accent: #8abfff; --connect: #f0a35e; --tls: #cf9df0; --wait: #5278a6;
            --receive: #8abfff; --failed: #ff8a80; --idle: #7d868f; --busy: #8abfff;
            --waiting: #f0a35e;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 1500px; padding: 20px 24px 48px; background: var(--page);
          color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
        h1 { font-size: 20px; margin: 0 0 2px; }
        h2 { font-size: 15px; margin: 28px 0 8px; }
        p { margin: 0 0 12px; color: var(--soft); }
        dl { margin: 0; }
        #summary { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 14px 0 18px; }
        dt { color: var(--soft); font-size: 12px; }
        dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        #summary dd { font-size: 18px; }
        .tools { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center;
          margin-bottom: 8px; }
        button, select { font: inherit; color: inherit; background: var(--panel);
          border: 1px solid var(--idle); border-radius: 5px; padding: 3px 9px; }
        select { max-width: 260px; }
        button:disabled { opacity: 0.45; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
        #chart { max-height: 62vh; overflow: auto; border: 1px solid var(--line);
          border-bottom: 0; border-radius: 6px 6px 0 0; background: var(--panel); }
        #pool-box { border: 1px solid var(--line); border-radius: 0 0 6px 6px;
          background: var(--panel); }
        svg { display: block; width: 100%; }
        #lanes { cursor: crosshair; touch-action: pan-y; }
        svg text { font: 11px system-ui, sans-serif; fill: var(--soft); }
        svg .name { fill: var(--ink); font-weight: 600; }
        svg .label { fill: #ffffff; font-weight: 600; paint-order: stroke; stroke: #1d3a5c;
          stroke-width: 2px; pointer-events: none; }
        .grid { stroke: var(--line); }
        .idle { fill: var(--idle); }
        .wait { fill: var(--wait); }
        .receive { fill: var(--receive); }
        .failed { fill: var(--failed); }
        .connect { fill: url(#stripes); stroke: var(--connect); stroke-width: 1; }
        .tls { fill: url(#grille); stroke: var(--tls); stroke-width: 1; }
        .stripes { stroke: var(--connect); stroke-width: 2; fill: none; }
        .grille { stroke: var(--tls); stroke-width: 1.5; fill: none; }
        .closed { stroke: var(--failed); stroke-width: 2; fill: none; }
        .selected { fill: none; stroke: var(--ink); stroke-width: 2; }
        .curve { fill: none; stroke-width: 1.5; }
        .curve.open { stroke: var(--ink); }
        .curve.busy { stroke: var(--busy); fill: var(--busy); fill-opacity: 0.18; }
        .curve.waiting { stroke: var(--waiting); stroke-dasharray: 4 2; }
        .resize { stroke: var(--soft); stroke-dasharray: 2 3; }
        .legend { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0;
          margin: 8px 0; color: var(--soft); font-size: 12px; }
        .legend svg { display: inline-block; width: 18px; height: 11px; margin-right: 5px;
          vertical-align: -1px; }
        #details { min-height: 66px; margin-top: 10px; padding: 10px 14px; background: var(--panel);
          border: 1px solid var(--line); border-radius: 6px; }
        #details p { margin: 0; }
        #facts { display: grid; grid-template-columns: 90px 1fr 90px 1fr; gap: 2px 12px; }
        #tip { position: fixed; max-width: 310px; padding: 5px 9px; background: var(--ink);
          color: var(--page); border-radius: 5px; pointer-events: none; font-size: 12px;
          overflow-wrap: anywhere; z-index: 2; }
        [hidden] { display: none; }
        .scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px;
          background: var(--panel); }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: 3px 10px; border-bottom: 1px solid var(--line);
          font-weight: 400; overflow-wrap: break-word; max-width: 420px; }
        thead th button { border: 0; background: none; padding: 3px 0; font-weight: 600;
          text-align: left; white-space: nowrap; }
        th[aria-sort=ascending] button::after { content: " ↑"; }
        th[aria-sort=descending] button::after { content: " ↓"; }
        .link { border: 0; background: none; padding: 0 3px; color: var(--accent);
          text-decoration: underline; }
        .pager { display: flex; gap: 10px; align-items: center; margin-top: 8px; }
        @media (max-width: 640px) {
          body { padding: 12px; }
          #facts { grid-template-columns: 90px 1fr; }
        }
        @media print {
          :root { --page: #fff; --panel: #fff; --ink: #000; --soft: #444; --line: #bbb; }
          body { max-width: none; padding: 0; font-size: 10px;
            -webkit-print-color-adjust: exact; print-color-adjust: exact; }
          .tools, .pager, #details { display: none; }
          #chart { max-height: none; overflow: visible; }
          tr { break-inside: avoid; }
        }

        """#
}
