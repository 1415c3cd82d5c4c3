/// Local files.
extension Completer {
    /// The files of the folder that a path names; hidden ones only behind a dot.
    func files(_ typed: String, foldersOnly: Bool = false) -> [Offer] {
        let slash = typed.lastIndex(of: "/")
        let folder = slash.map { String(typed[...$0]) } ?? ""
        let name = slash.map { typed[typed.index(after: $0)...] } ?? typed[...]
        let files = self.snapshot.names(folder).filter { file in
            (!foldersOnly || file.isFolder) && (name.hasPrefix(".") || !file.name.hasPrefix("."))
        }
        return files.sorted { $0.name < $1.name }.map { file in
            let path = folder + file.name + (file.isFolder ? "/" : "")
            return Offer(
                path,
                suffix: file.isFolder ? "" : " ",
                shown: file.name + (file.isFolder ? "/" : "")
            )
        }
    }
}
