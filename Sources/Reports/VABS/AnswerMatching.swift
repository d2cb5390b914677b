import Spec

/// Which requests were answered in time: calls for help and help, due contracts and renewals.
///
/// An answer belongs to one request. Requests in order of time each take the earliest answer left
/// that lies in their window; since all windows are equally long, no other assignment answers more.
struct AnswerMatching: Sendable {
  /// Microseconds before the request from which an answer counts; nil is any time before.
  private let early: Int64?
  /// Microseconds after the request, inclusive; nil is any time.
  private let late: Int64?

  /// Help comes after the call for it.
  static func help(_ exchange: VABSDefinition.Exchange?) -> AnswerMatching {
    AnswerMatching(early: 0, late: exchange?.within)
  }

  /// Contracts are renewed before they run out, or a little later.
  static func renewal(_ exchange: VABSDefinition.Exchange?) -> AnswerMatching {
    AnswerMatching(early: exchange?.within, late: exchange?.within)
  }

  /// Both in ascending order.
  func match(requests: [Int64], answers: [Int64], observedUntil: Int64) -> AnsweredRequests {
    var result = AnsweredRequests()
    var next = 0
    for request in requests {
      let from = early.map { request - $0 } ?? .min
      let last = late.map { request + $0 } ?? .max
      while next < answers.count, answers[next] < from { next += 1 }
      if next < answers.count, answers[next] <= last {
        result.answered += 1
        result.delays.append(answers[next] - request)
        next += 1
      } else if late == nil || last <= observedUntil {
        result.unanswered += 1
      } else {
        result.open += 1
      }
    }
    return result
  }
}

/// The requests of one account.
struct AnsweredRequests: Sendable {
  var answered = 0
  /// Not answered, and their time is over.
  var unanswered = 0
  /// Not answered yet.
  var open = 0
  /// Microseconds from each answered request to its answer; negative where the answer came first.
  var delays: [Int64] = []

  /// Requests of which it is known whether they were answered.
  var decided: Int { answered + unanswered }

  /// Whether every decided request was answered; nil when there is none.
  var allAnswered: Bool? { decided == 0 ? nil : unanswered == 0 }
}
