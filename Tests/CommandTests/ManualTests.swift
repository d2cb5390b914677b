import Foundation
import Reports
import Testing

@testable import TwinfunnelCommand

/// `twinfunnel help`: pages for people in a terminal.
@Suite struct ManualTests {
  @Test func everyPageIsInTheProgram() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Reports/Documentation.docc")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".md") }
    #expect(
      Set(files.map(ManualText.pageName)) == Set(ManualPage.all.map(\.name)))
    for file in files {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      #expect(ManualPage.named(ManualText.pageName(file))?.text == text, "\(file)")
      for link in text.matches(of: /\]\((?<file>[A-Za-z]+\.md)\)/) {
        #expect(files.contains(String(link.file)), "\(file) leads to \(link.file)")
      }
    }
    for type in ReportRegistry.types {
      #expect(ManualPage.named(type.type)?.explains(type.type) == true, "\(type.type)")
    }
  }

  /// Outside examples, no line is longer than the terminal, and the same words stand in any width.
  @Test(arguments: [40, 60, 80, 130])
  func pagesFit(width: Int) {
    for page in ManualPage.all {
      let plain = ManualText(width: width, isDecorated: false).shown(page.text)
      let long = plain.split(separator: "\n").filter { line in
        !line.hasPrefix("    ") && ManualText.width(line) > width
          && line.split(separator: " ").count > 1
      }
      // A name that is longer than its half of a narrow terminal pushes the line out.
      #expect(width < 60 || long.isEmpty, "\(page.name): \(long)")
      let bold = ManualText(width: width, isDecorated: true).shown(page.text)
      #expect(!plain.contains("\u{1B}") && bold.contains("\u{1B}[1m"), "\(page.name)")
      #expect(!plain.contains(".md)") && !plain.contains("<!--"), "\(page.name)")
    }
  }

  @Test func blocks() {
    let page = """
      # Who came: `x`

      One two three four five six seven eight nine ten eleven twelve.

      - item one is long enough for two lines of the page
      - item two ([Options](Options.md)), [Growth](GrowthModels.md)

      | a | what |
      |---|---|
      | `k` | a long cell that needs more than one line here |

      ```yaml
      left:   as it is, however long it may be, since people copy it
      ```
      """
    #expect(
      ManualText(width: 40, isDecorated: false).shown(page) == """
        Who came: `x`
        =============

        One two three four five six seven eight
        nine ten eleven twelve.

        - item one is long enough for two lines
          of the page
        - item two (twinfunnel help options),
          Growth (twinfunnel help growth-models)

        a    what
        ---  -----------------------------------
        `k`  a long cell that needs more than
             one line here

            left:   as it is, however long it may be, since people copy it

        """)
    #expect(
      ManualText(width: 40, isDecorated: true).shown("## A `b c`\n\n*so* it `is it`\n")
        == "\u{1B}[1mA\u{1B}[0m \u{1B}[1mb\u{1B}[0m \u{1B}[1mc\u{1B}[0m\n\n"
        + "\u{1B}[4mso\u{1B}[0m it \u{1B}[1mis\u{1B}[0m \u{1B}[1mit\u{1B}[0m\n")
    // Too narrow for columns: a list of names and values.
    #expect(
      ManualText(width: 24, isDecorated: false)
        .shown("| column_number_one | column_number_two |\n|---|---|\n| x | a b |\n") == """
          column_number_one  x
          column_number_two  a b

          """)
  }

  @Test func commandsAndPages() throws {
    let folder = try TestFolder()
    let page = try Program.run(["help", "double-funnel"], in: folder)
    #expect(page.code == 0 && page.stderr.isEmpty)
    #expect(page.stdout.contains("twinfunnel double-funnel --help"))
    #expect(try Program.run(["help", "lifecycle"], in: folder).stdout.contains("`resurrected`"))
    #expect(try Program.run(["help", "nightly"], in: folder).stdout.hasPrefix("Nightly job\n===="))
    let command = try Program.run(["help", "run"], in: folder)
    #expect(command == (try Program.run(["run", "--help"], in: folder)))
    #expect(try Program.run(["help"], in: folder) == Program.run(["--help"], in: folder))
    let unknown = try Program.run(["help", "fnnel"], in: folder)
    #expect(unknown.code == 64 && unknown.stdout.isEmpty)
    #expect(unknown.stderr.contains("no page or command `fnnel`; did you mean `funnel`?"))
  }
}
