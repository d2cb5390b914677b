/// The To B log as the files of the systems that a business has, each with ids of its own:
///
///     product/part-0000.jsonl.gz   what people do, as in the one log; visits do not say whose they are
///     crm/part-0000.csv.gz         leads, demos and contracts, by the CRM's accounts and contacts
///     billing/part-0000.csv.gz     due dates, renewals and credits, by billing's customers
///     map/customers.csv            a customer, the CRM's account, the product's
///     map/contacts.csv             a contact, the product's user
struct BusinessSources: Sendable {
  private enum System: String, CaseIterable {
    case product, crm, billing

    init(of event: BusinessEvent) {
      switch event {
      case .leadCreated, .demoHeld, .contractSigned, .contractChanged, .contractCancelled:
        self = .crm
      case .renewalDue, .contractRenewed, .creditsBought: self = .billing
      default: self = .product
      }
    }

    var ending: String { self == .product ? "jsonl" : "csv" }

    var header: StaticString {
      switch self {
      case .product: ""
      case .crm: "Activity ID,Activity,Contact,Account ID,Date,Role,Contract,MRR\n"
      case .billing: "Number;Kind;Customer;User;Created;Role;Contract;MRR;Credits\n"
      }
    }
  }

  let log: ScriptedLog<BusinessStory>
  /// People whose account some row tells that is no visit.
  private let placed: Set<Int32>

  init(_ log: ScriptedLog<BusinessStory>) {
    self.log = log
    var placed: Set<Int32> = []
    for event in log.chunks.joined() where event.account >= 0 && event.name != .visit {
      placed.insert(event.person)
    }
    self.placed = placed
  }

  /// - Parameter file: opens a file by its name below the folder.
  func write(
    parts: Int, threads: Int, level: Int, in folder: String
  ) throws(WriteError) {
    let gz = level > 0 ? ".gz" : ""
    try inParallel(parts, threads: threads) { (part) throws(WriteError) in
      for system in System.allCases {
        let name = "\(system.rawValue)/part-\(Generate.padded(part)).\(system.ending)\(gz)"
        var file = try GzipFile(path: "\(folder)/\(name)", level: level)
        var buffer = LineBuffer()
        buffer.add(system.header)
        try log.forEachLine(part: part, of: parts) { (event, id, received) throws(WriteError) in
          guard System(of: event.name) == system else { return }
          add(event, id: id, received: received, of: system, into: &buffer)
          if buffer.count > 512 << 10 {
            try file.append(buffer.bytes)
            buffer.removeAll()
          }
        }
        try file.append(buffer.bytes)
        try file.finish()
      }
    }
    try writeMaps(in: folder)
  }

  static let folders = System.allCases.map(\.rawValue) + ["map"]

  private func add(
    _ event: ScriptEvent<BusinessEvent>, id: UInt64, received: Int, of system: System,
    into buffer: inout LineBuffer
  ) {
    switch system {
    case .product:
      let isTold = event.name != .visit || !placed.contains(event.person)
      log.story.addLine(
        event, account: isTold ? event.account : -1, id: id, received: received, into: &buffer)
    case .crm:
      log.story.addID(id, into: &buffer)
      buffer.add(",\(event.name.text),")
      addContact(event.person, into: &buffer)
      buffer.add(",")
      addCRMAccount(event.account, into: &buffer)
      buffer.add(",")
      buffer.add(time: event.time)
      buffer.add(",\(role(event)),\(contract(event)),")
      if event.cents >= 0 { buffer.add(cents: Int(event.cents)) }
      buffer.add("\n")
    case .billing:
      log.story.addID(id, into: &buffer)
      buffer.add(";\(event.name.text);")
      if event.account >= 0 { addCustomer(event.account, into: &buffer) }
      buffer.add(";")
      log.story.addUser(event.person, into: &buffer)
      buffer.add(";")
      buffer.add(event.time)
      buffer.add(";\(role(event));\(contract(event));")
      if event.name != .creditsBought { addGerman(event.cents, into: &buffer) }
      buffer.add(";")
      if event.name == .creditsBought { addGerman(event.cents, into: &buffer) }
      buffer.add("\n")
    }
  }

  /// `12,34`
  private func addGerman(_ cents: Int32, into buffer: inout LineBuffer) {
    if cents < 0 { return }
    buffer.add(Int(cents / 100))
    buffer.add(",")
    buffer.add(Int(cents % 100), width: 2)
  }

  private func role(_ event: ScriptEvent<BusinessEvent>) -> String {
    event.account >= 0 ? BusinessRole.texts[Int(event.note)] : ""
  }

  private func contract(_ event: ScriptEvent<BusinessEvent>) -> String {
    guard event.reference >= 0 else { return "" }
    var buffer = LineBuffer(capacity: 32)
    log.story.addContract(event, into: &buffer)
    return String(decoding: buffer.bytes, as: UTF8.self)
  }
}

/// Ids of their own, and the maps between them.
extension BusinessSources {
  private func add(_ prefix: StaticString, _ number: Int32, into buffer: inout LineBuffer) {
    buffer.add(prefix)
    // Another row of numbers for each system.
    let salt = UInt64(prefix.utf8CodeUnitCount) &* 0x9E37_79B9_7F4A_7C15
    let mixed = SeededRandom.mixed(
      SeededRandom.mixed(log.story.scale.seed ^ salt) &+ UInt64(UInt32(bitPattern: number)))
    buffer.add(hex: mixed, digits: 16)
  }

  private func addCRMAccount(_ account: Int32, into buffer: inout LineBuffer) {
    add("001", account, into: &buffer)
  }

  private func addContact(_ person: Int32, into buffer: inout LineBuffer) {
    add("003C", person, into: &buffer)
  }

  private func addCustomer(_ account: Int32, into buffer: inout LineBuffer) {
    add("cus_x", account, into: &buffer)
  }

  private func writeMaps(in folder: String) throws(WriteError) {
    var accounts: Set<Int32> = []
    var contacts: Set<Int32> = []
    for event in log.chunks.joined() {
      if event.account >= 0 { accounts.insert(event.account) }
      if System(of: event.name) == .crm { contacts.insert(event.person) }
    }
    var buffer = LineBuffer()
    buffer.add("customer,crm account,group\n")
    for account in accounts.sorted() {
      addCustomer(account, into: &buffer)
      buffer.add(",")
      addCRMAccount(account, into: &buffer)
      buffer.add(",")
      log.story.addAccount(account, into: &buffer)
      buffer.add("\n")
    }
    try Self.write(buffer, to: "\(folder)/map/customers.csv")
    buffer.removeAll()
    buffer.add("contact,user\n")
    for person in contacts.sorted() {
      addContact(person, into: &buffer)
      buffer.add(",")
      log.story.addUser(person, into: &buffer)
      buffer.add("\n")
    }
    try Self.write(buffer, to: "\(folder)/map/contacts.csv")
  }

  private static func write(_ buffer: LineBuffer, to path: String) throws(WriteError) {
    var file = try GzipFile(path: path, level: 0)
    try file.append(buffer.bytes)
    try file.finish()
  }
}
