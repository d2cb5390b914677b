import EventLog

/// Which fields of a sample could be a user, an event, an account, an id: by what they are called, and
/// by what their values show.
struct FieldRoles {
  var sample: RowSample

  /// Field names by role, best first, as they look without case, `_`, `-` and blanks.
  static let userNames = [
    "userid", "user", "uid", "distinctid", "customerid", "customer", "memberid", "clientid",
    "visitorid", "anonymousid", "deviceid", "userpseudoid", "username", "email", "clientip",
    "remoteip", "remoteaddr", "ipaddress", "ip", "cip",
    // As exports in other languages call them.
    "kundennummer", "kundennr", "kundenid", "kunde", "benutzerid", "benutzer", "nutzerid", "nutzer",
    "mitgliedsnummer", "idclient", "client", "numéroclient", "utilisateur", "idutilisateur",
    "idusuario", "usuario", "idcliente", "cliente", "idusuário", "usuário", "用户id", "用户编号",
    "用户", "会员id", "会员编号", "客户id", "客户编号", "客户", "openid", "unionid", "ユーザーid",
    "会員id", "顧客id",
  ]
  /// Of a visitor or device, beside a user.
  static let anonymousNames = ["anonymousid", "deviceid", "userpseudoid", "domainuserid"]
  static let eventNames = [
    "event", "eventname", "eventtype", "action", "activity", "name", "type", "request",
    "ereignis", "aktion", "vorgang", "événement", "evenement", "évènement", "evento", "acción",
    "ação",
    "事件", "事件名", "事件名称", "行为", "イベント", "イベント名",
  ]
  static let accountNames = [
    "accountid", "account", "groupid", "group", "organizationid", "organisationid", "orgid",
    "organization", "org", "companyid", "company", "workspaceid", "tenantid", "teamid",
  ]
  static let idNames = [
    "messageid", "eventid", "insertid", "eventuuid", "uuid", "requestid", "traceid", "logid",
  ]

  static func lastKey(_ path: String) -> String {
    String(path.split(separator: ".").last ?? "")
  }

  static func plain(_ name: some StringProtocol) -> String {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
  }

  /// Paths whose last key is one of `names`: the best name first, then the shortest path.
  func named(_ names: [String]) -> [String] {
    names.flatMap { name in
      sample.paths.filter { Self.plain(Self.lastKey($0)) == name }
        .sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    }
  }

  /// Who did it: of two, not the one that hardly any row has.
  var users: [String] {
    let found = named(Self.userNames)
    let usual = found.filter { sample.count($0) * 20 >= sample.rows }
    return usual + found.filter { !usual.contains($0) }
  }

  var anonymous: [String] { named(Self.anonymousNames) }
  var accounts: [String] { named(Self.accountNames) }

  /// What happened: not what is different in every row, and no long text.
  var events: [String] {
    named(Self.eventNames).filter { path in
      let values = sample.values[path] ?? []
      if values.count >= 50, sample.distinct(path) * 10 > values.count * 9 { return false }
      return values.allSatisfy { $0.text.utf8.count <= 100 }
    }
  }

  /// Fields with few values that all rows have, where none is called like what happened: those whose
  /// name ends so, or else the only one.
  func likelyEvents(without taken: [String]) -> [String] {
    let few = sample.paths.filter { path in
      let values = sample.values[path] ?? []
      return !taken.contains(path) && !path.contains("[") && values.count >= 20
        && sample.count(path) == sample.rows && !sample.isNumeric(path)
        && (2...100).contains(sample.distinct(path)) && sample.distinct(path) * 5 <= values.count
        && !values.contains { ["true", "false"].contains($0.text) || $0.text.utf8.count > 100 }
        && TimeFormat.iso8601.parse(values[0].text) == nil
        && TimeGuess.patterns(reading: values[0].text).isEmpty
    }
    let called = few.filter { path in
      let name = Self.plain(Self.lastKey(path))
      return Self.eventEnds.contains { name.hasSuffix($0) }
    }
    return called.isEmpty ? (few.count == 1 ? few : []) : called
  }

  private static let eventEnds = ["event", "action", "what", "verb", "activity", "step", "name"]

  /// Fields that are called like an id of the row, and whether they can be one: a value that comes
  /// again comes in a row of the same user, event and time. A counter's value comes in others.
  func ids(user: [String], event: [String], time: String?) -> [(path: String, isID: Bool)] {
    let facts = (user + event + [time].compactMap { $0 }).map { sample.byRow($0) }
    return named(Self.idNames).filter { !user.contains($0) && !event.contains($0) }.map { path in
      var rows: [String: Int] = [:]
      let isID = (sample.values[path] ?? []).allSatisfy { value in
        guard let first = rows.updateValue(value.row, forKey: value.text) else { return true }
        rows[value.text] = first
        return facts.allSatisfy { $0[first] == $0[value.row] }
      }
      return (path, isID)
    }
  }
}
